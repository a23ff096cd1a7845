import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

/** How one of the two programs is started. `firstLine` is what it reads on its standard input before anything else. */
export type Program = {
  name: 'control' | 'data'
  script: string
  environment: NodeJS.ProcessEnv
  firstLine: () => unknown
}

export type Readiness = Record<string, unknown> & { ready: true }

type Events = {
  onReady: (readiness: Readiness) => void
  /** It said itself why it cannot start. */
  onRefusal: (message: string, remedy: string) => void
  onExit: (reason: string) => void
  onLog: (line: string) => void
}

/**
 * A small young generation keeps an idle installation within its memory, and costs no measured speed. V8 counts buffers
 * that pass through as if they stayed, and starts a full collection every few dozen MiB: with the two next flags a plane
 * that streams spends half the processor time. The last lets it give back what starting took.
 */
const nodeFlags = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=4',
  '--initial-old-space-size=96',
  '--external-memory-accounted-in-global-limit',
  '--expose-gc',
]

const stopGraceMs = 15_000

/**
 * Keeps one program running: starts it, hears its readiness line, and starts it again when it dies (with back-off that
 * a long life resets). The child's standard input stays open as a lifeline: when this process dies, the child ends.
 */
export class SupervisedProcess {
  #child: ChildProcess | undefined
  #stopping = false
  #failures = 0
  #timer: NodeJS.Timeout | undefined
  readonly #program: Program
  readonly #events: Events

  constructor(program: Program, events: Events) {
    this.#program = program
    this.#events = events
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  start(): void {
    const started = Date.now()
    const child = spawn(process.execPath, [...nodeFlags, this.#program.script], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: this.#program.environment,
      // A group of its own: Ctrl-C at the terminal reaches the supervisor alone, which then stops both in order.
      detached: true,
    })
    this.#child = child
    child.stdin?.on('error', () => undefined)
    child.stdin?.write(`${JSON.stringify(this.#program.firstLine())}\n`)
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line))
    createInterface({ input: child.stderr }).on('line', (line) => this.#events.onLog(line))
    const closed = once(child, 'close')
    child.once('exit', (code, signal) => {
      const lived = Date.now() - started
      // Its last words may still be in the pipe; a grandchild that holds the pipe open is not waited for.
      void Promise.race([closed, wait(500)]).then(() => this.#restart(lived, signal ?? `code ${code}`))
    })
    child.once('error', (error) => this.#events.onLog(error.message))
  }

  #hear(line: string): void {
    const parsed = parseLine(line)
    if (parsed?.['ready'] === true) this.#events.onReady(parsed as Readiness)
    else if (parsed?.['ready'] === false)
      this.#events.onRefusal(describe(parsed['message']), describe(parsed['remedy']))
    else if (typeof parsed?.['notice'] === 'string') this.#events.onLog(parsed['notice'])
    else this.#events.onLog(typeof parsed?.['progress'] === 'string' ? `${parsed['progress']} …` : line)
  }

  #restart(livedMs: number, reason: string): void {
    this.#child = undefined
    if (this.#stopping) return
    this.#failures = livedMs > 30_000 ? 0 : this.#failures + 1
    this.#events.onExit(reason)
    if (this.#failures > 20) return
    this.#timer = setTimeout(() => this.start(), Math.min(5_000, 50 * 2 ** this.#failures))
  }

  /** Asks the program to end; after 15 s it is killed. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#timer)
    const child = this.#child
    if (child === undefined || child.exitCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const deadline = setTimeout(() => child.kill('SIGKILL'), stopGraceMs)
    await gone
    clearTimeout(deadline)
  }
}

function describe(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function parseLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}
