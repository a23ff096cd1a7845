/** Threads that decrypt files side by side: started for large work, ended when there was none for a while. */
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { DataError } from '../errors.ts'
import { decryptFile, type DecryptTask } from './decrypt-file.ts'
import type { DecryptAnswer } from './decrypt-worker.ts'

const program = new URL('./decrypt-worker.ts', import.meta.url)
/** Below this a thread's start costs more than it saves. */
const largeBytes = 32 << 20
const idleMs = 30_000

export class Decryptors {
  readonly #most = Math.min(8, Math.max(2, availableParallelism()))
  readonly #idle: Worker[] = []
  readonly #waiting: (() => void)[] = []
  #count = 0
  #timer: NodeJS.Timeout | undefined

  /** @throws the codes of opening a sealed file */
  async decrypt(task: DecryptTask, bytes: number): Promise<void> {
    if (bytes < largeBytes) return decryptFile(task)
    const worker = await this.#take()
    try {
      const answered = once(worker, 'message') as Promise<[DecryptAnswer]>
      worker.postMessage(task)
      task.key.fill(0)
      const [{ failure }] = await answered
      if (failure) throw new DataError(failure.code, failure.message, failure.remedy)
    } finally {
      this.#idle.push(worker)
      this.#waiting.shift()?.()
      this.#endLater()
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await Promise.all(this.#idle.splice(0).map((worker) => this.#end(worker)))
  }

  async #take(): Promise<Worker> {
    while (this.#idle.length === 0 && this.#count >= this.#most) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    return this.#idle.pop() ?? this.#start()
  }

  #start(): Worker {
    this.#count++
    const worker = new Worker(program, { env: {}, execArgv: ['--disable-warning=ExperimentalWarning'] })
    worker.unref()
    return worker
  }

  #endLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.close(), idleMs).unref()
  }

  async #end(worker: Worker): Promise<void> {
    this.#count--
    await worker.terminate()
  }
}
