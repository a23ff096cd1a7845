/** Engines by identity and policy, and one empty spare that is already warm. An engine never changes hands. */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { DuckEngine } from './duck-engine.ts'
import type { Engine, Isolation } from './engine.ts'
import { makeEngineFolders } from './engine-folders.ts'
import { EngineProcess } from './engine-process.ts'
import { programEntries, writeEngineProgram } from './engine-program.ts'
import { makeEngineError } from './errors.ts'
import { detectSandbox, engineProgram, type Sandbox } from './sandbox.ts'
import { SheetReader, type SheetRequest, type SheetResult } from './sheet-reader.ts'
import type { WorkFolder } from './work-folder.ts'

/** Time as the pool needs it; tests pass their own. Milliseconds. */
export type PoolClock = {
  readonly setTimer: (run: () => void, afterMs: number) => { readonly cancel: () => void }
}

export type PoolOptions = {
  readonly workFolder: WorkFolder
  /** `best` detects; `process` forgoes namespaces; `namespaces` fails without them. */
  readonly isolation?: Isolation | 'best'
  /** Idle time after which an engine is ended; 60 s when absent. */
  readonly idleMs?: number
  /** Engines that may serve at once; others wait. 4 when absent. */
  readonly maxEngines?: number
  readonly clock?: PoolClock
}

/** An engine in use. `release` lets it wait, warm, for the same identity; `end` ends it. */
export type Lease = { readonly engine: Engine; readonly release: () => void; readonly end: () => Promise<void> }

type Bound = {
  readonly identity: string
  readonly engine: DuckEngine
  users: number
  timer: { cancel: () => void } | null
}

const systemClock: PoolClock = {
  setTimer(run, afterMs) {
    const timer = setTimeout(run, afterMs)
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
}

export class EnginePool {
  readonly sandbox: Sandbox
  readonly #options: Required<Omit<PoolOptions, 'isolation'>>
  readonly #programFolder: string
  readonly #bound = new Map<string, Bound>()
  readonly #starting = new Set<Promise<DuckEngine>>()
  readonly #waiting: (() => void)[] = []
  #reserved = 0
  #spare: Promise<DuckEngine> | null = null
  #closed = false

  /** Detects the sandbox and starts the spare. */
  constructor(options: PoolOptions) {
    this.#options = { idleMs: 60_000, maxEngines: 4, clock: systemClock, ...options }
    this.#programFolder = `${options.workFolder.path}/program`
    writeEngineProgram(this.#programFolder)
    this.sandbox = detectSandbox(this.#programFolder, options.isolation ?? 'best')
    this.#fillSpare()
  }

  /** Resolves when the spare is warm; rejects with `engine.unavailable` when engines cannot start here. */
  async ready(): Promise<void> {
    await this.#spare
  }

  /**
   * Gives the engine of this identity and resolved policy, whole: whoever differs in either must give another string.
   * @throws EngineError `engine.unavailable`.
   */
  async acquire(identity: string): Promise<Lease> {
    if (this.#closed) throw makeEngineError('engine.ended')
    const bound = this.#takeWarm(identity) ?? (await this.#bind(identity))
    bound.users += 1
    bound.timer?.cancel()
    bound.timer = null
    let released = false
    const release = () => {
      if (released) return
      released = true
      this.#release(bound)
    }
    return { engine: bound.engine, release, end: () => this.#end(bound) }
  }

  /** Reads a workbook in a process of its own. @throws EngineError with an `import.` or `engine.` code */
  readSheet(request: SheetRequest, signal: AbortSignal): Promise<SheetResult> {
    const reader = new SheetReader(this.sandbox, this.#programFolder, this.#options.workFolder.path)
    return reader.read(request, signal)
  }

  /** Ends every engine of this identity at once: its key was revoked, or its policy changed. */
  async endIdentity(identity: string): Promise<void> {
    const bound = this.#bound.get(identity)
    if (bound !== undefined) await this.#end(bound)
  }

  /** Ends every engine that has served anyone, and leaves the spare. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#bound.values()].map((bound) => this.#end(bound)))
  }

  /** Ends everything and waits until each process is gone. */
  async close(): Promise<void> {
    this.#closed = true
    for (const wake of this.#waiting.splice(0)) wake()
    await this.endAll()
    await Promise.all([...this.#starting].map((starting) => starting.then((engine) => engine.end()).catch(() => {})))
    await this.#spare?.then((engine) => engine.end()).catch(() => {})
    await rm(this.#programFolder, { recursive: true, force: true })
  }

  /** Process ids of all engines, for measuring memory. */
  get processIds(): readonly number[] {
    return [...this.#pids]
  }

  readonly #pids = new Set<number>()

  #takeWarm(identity: string): Bound | null {
    const bound = this.#bound.get(identity)
    if (bound === undefined) return null
    if (bound.engine.isAlive) return bound
    void this.#end(bound)
    return null
  }

  async #bind(identity: string): Promise<Bound> {
    await this.#reserve()
    try {
      const engine = await this.#takeSpare()
      const earlier = this.#takeWarm(identity)
      const bound: Bound = { identity, engine, users: 0, timer: null }
      if (earlier === null && !this.#closed) {
        this.#bound.set(identity, bound)
        return bound
      }
      // Someone else bound the identity meanwhile, or the pool closed: this engine served nobody, but is not kept.
      await engine.end()
      if (earlier === null) throw makeEngineError('engine.ended')
      this.#unreserve()
      return earlier
    } catch (error) {
      this.#unreserve()
      throw error
    }
  }

  async #reserve(): Promise<void> {
    while (this.#reserved >= this.#options.maxEngines) {
      const idle = [...this.#bound.values()].find((bound) => bound.users === 0)
      if (idle === undefined) await new Promise<void>((resolve) => this.#waiting.push(resolve))
      else await this.#end(idle)
      if (this.#closed) throw makeEngineError('engine.ended')
    }
    this.#reserved += 1
  }

  #unreserve(): void {
    this.#reserved -= 1
    this.#waiting.shift()?.()
  }

  async #takeSpare(): Promise<DuckEngine> {
    const spare = this.#spare ?? this.#start()
    this.#spare = null
    try {
      const engine = await spare
      if (engine.isAlive) return engine
      await engine.end()
      return await this.#start()
    } finally {
      if (!this.#closed) this.#fillSpare()
    }
  }

  #fillSpare(): void {
    if (this.#spare !== null) return
    const spare = this.#start()
    this.#spare = spare
    spare.catch(() => {
      if (this.#spare === spare) this.#spare = null
    })
  }

  #start(): Promise<DuckEngine> {
    const starting = this.#startEngine()
    this.#starting.add(starting)
    starting.catch(() => {}).finally(() => this.#starting.delete(starting))
    return starting
  }

  async #startEngine(): Promise<DuckEngine> {
    const id = randomBytes(9).toString('hex')
    const root = `${this.#options.workFolder.path}/engines/${id}`
    const folders = await makeEngineFolders(root)
    const encryptScratch = this.#options.workFolder.kind !== 'noswap-tmpfs'
    const started = this.sandbox.start({
      programFolder: this.#programFolder,
      entry: programEntries.engine,
      ...engineProgram,
      binds: [
        { path: folders.data, seenAs: '/data' },
        { path: folders.scratch, seenAs: '/scratch', writable: true },
      ],
      argument: (see, modules) =>
        JSON.stringify({ modules, data: see(folders.data), scratch: see(folders.scratch), encryptScratch }),
    })
    const removeRoot = () => rm(root, { recursive: true, force: true })
    const process = await EngineProcess.start(started).catch(async (error: unknown) => {
      await removeRoot()
      throw error
    })
    const { pid } = process
    if (pid !== null) this.#pids.add(pid)
    const onEnd = async () => {
      if (pid !== null) this.#pids.delete(pid)
      await removeRoot()
    }
    const engine = new DuckEngine({ id, isolation: this.sandbox.isolation, folders, process, onEnd })
    // A process that dies by itself is cleaned up as one that was ended.
    void process.exited.then(() => engine.end())
    return engine
  }

  #release(bound: Bound): void {
    bound.users -= 1
    if (bound.users > 0 || this.#bound.get(bound.identity) !== bound) return
    bound.timer = this.#options.clock.setTimer(() => void this.#end(bound), this.#options.idleMs)
    this.#waiting.shift()?.()
  }

  async #end(bound: Bound): Promise<void> {
    bound.timer?.cancel()
    if (this.#bound.get(bound.identity) === bound) {
      this.#bound.delete(bound.identity)
      this.#unreserve()
    }
    await bound.engine.end()
  }
}
