/** The data plane's end of one engine process: requests, limits that the process cannot dodge, and its end. */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { makeEngineError, type EngineCode, type EngineError } from './errors.ts'
import { encodeFrame, FrameReader } from './process/frames.ts'
import type { Reply, ReplyOf, RequestMessage } from './process/messages.ts'
import type { Started } from './sandbox.ts'
import type { SheetMessage, SheetRead } from './sheet/messages.ts'

/** Replies of both programs. */
type Replies = ReplyOf & { sheet: SheetRead }

/** What the kernel may count on top of DuckDB's own limit: Node, the library's data, threads, fragmentation. */
const overheadBytes = 384 << 20
const memoryCheckMs = 100
/** Time for a polite end before the process is killed. */
const graceMs = 2000
const startMs = 20_000

type Pending = { readonly resolve: (value: unknown) => void; readonly reject: (error: EngineError) => void }

/** What a request may use; `timeMs` passes `graceMs` later than inside the process. */
export type Bounds = { readonly memoryBytes: number; readonly timeMs: number }

export class EngineProcess {
  readonly #started: Started
  readonly #pending = new Map<number, Pending>()
  readonly #exited: Promise<unknown>
  #nextId = 1
  #endCode: EngineCode | null = null
  #hasExited = false

  /** @throws EngineError `engine.unavailable` when the process does not come up. */
  static async start(started: Started): Promise<EngineProcess> {
    const process = new EngineProcess(started)
    const timer = setTimeout(() => process.#kill('engine.unavailable'), startMs)
    try {
      await new Promise((resolve, reject) => process.#pending.set(0, { resolve, reject }))
    } catch {
      throw makeEngineError('engine.unavailable')
    } finally {
      clearTimeout(timer)
    }
    process.#preferForOutOfMemory()
    return process
  }

  private constructor(started: Started) {
    this.#started = started
    const child = started.process
    const reader = new FrameReader()
    child.stdout?.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.push(chunk)) this.#settle(frame as Reply)
      } catch {
        this.#kill('engine.crashed')
      }
    })
    // What a process says while it dies may quote values: it is read, so that the pipe never fills, and forgotten.
    child.stderr?.resume()
    child.stdin?.on('error', () => {})
    child.on('error', () => this.#fail())
    this.#exited = once(child, 'close').then(
      () => this.#fail(),
      () => this.#fail(),
    )
  }

  get hasExited(): boolean {
    return this.#hasExited
  }

  /** Process id as the data plane's side sees it; null where unknown. */
  get pid(): number | null {
    return this.#started.pid()
  }

  /** Resolves when the process is gone, whoever ended it. */
  get exited(): Promise<unknown> {
    return this.#exited
  }

  /** @throws EngineError with the code that the process gave, or `engine.crashed`, `engine.memory`, `engine.timeout`. */
  async request<Op extends keyof Replies>(
    message: (RequestMessage | SheetMessage) & { readonly op: Op },
    bounds: Bounds,
    signal?: AbortSignal,
  ): Promise<Replies[Op]> {
    if (this.#hasExited || this.#endCode !== null) throw makeEngineError(this.#endCode ?? 'engine.ended')
    if (signal?.aborted === true) throw makeEngineError('query.cancelled')
    const id = this.#nextId++
    const frame = encodeRequest({ ...message, id })
    const reply = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }))
    this.#write(frame)
    const stop = this.#guard(id, bounds, signal)
    try {
      return (await reply) as Replies[Op]
    } finally {
      stop()
    }
  }

  /** Ends the process at once. */
  async end(): Promise<void> {
    this.#kill('engine.ended')
    await this.#exited
  }

  #guard(id: number, bounds: Bounds, signal: AbortSignal | undefined): () => void {
    const deadline = setTimeout(() => this.#kill('engine.timeout'), bounds.timeMs + graceMs)
    const memory = setInterval(() => {
      if (this.#readMemory() > bounds.memoryBytes + overheadBytes) this.#kill('engine.memory')
    }, memoryCheckMs)
    let grace: NodeJS.Timeout | undefined
    const onAbort = () => {
      this.#write(encodeRequest({ op: 'cancel', target: id, id: this.#nextId++ }))
      grace = setTimeout(() => this.#kill('query.cancelled'), graceMs)
    }
    signal?.addEventListener('abort', onAbort)
    return () => {
      clearTimeout(deadline)
      clearTimeout(grace)
      clearInterval(memory)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #write(frame: Buffer): void {
    this.#started.process.stdin?.write(frame)
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if ('failure' in reply) {
      const { code, ...extras } = reply.failure
      pending?.reject(makeEngineError(code, extras))
      return
    }
    pending?.resolve(reply.value)
  }

  #kill(code: EngineCode): void {
    this.#endCode ??= code
    const wrapper = this.#started.process
    const { pid } = this
    if (pid === null || pid === wrapper.pid || this.#hasExited) {
      wrapper.kill('SIGKILL')
      return
    }
    // The program itself: bubblewrap waits for it, so that when bubblewrap is gone the program is too.
    killQuietly(pid)
    setTimeout(() => wrapper.kill('SIGKILL'), graceMs).unref()
  }

  #fail(): void {
    this.#hasExited = true
    const error = makeEngineError(this.#endCode ?? 'engine.crashed')
    for (const pending of this.#pending.values()) pending.reject(error)
    this.#pending.clear()
  }

  /** Anonymous memory in bytes: shared library pages cost nothing more. 0 where it cannot be read. */
  #readMemory(): number {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8')
      return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024
    } catch {
      return 0
    }
  }

  /** When the machine runs out of memory, an engine goes before anything else does. */
  #preferForOutOfMemory(): void {
    try {
      writeFileSync(`/proc/${this.pid}/oom_score_adj`, '1000')
    } catch {
      // Not Linux, or not allowed: the limits above still hold.
    }
  }
}

function encodeRequest(message: (RequestMessage | SheetMessage) & { readonly id: number }): Buffer {
  try {
    return encodeFrame(message)
  } catch {
    throw makeEngineError('query.too_long')
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
}
