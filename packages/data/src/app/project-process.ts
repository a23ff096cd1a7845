/** A project process as the main process has it: started when first needed, started again after a crash. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { DataError } from '../errors.ts'
import type { Log } from '../platform/log.ts'
import type { MainMethods, ProjectMethods, ProjectNotes, ProjectStart } from '../project/protocol.ts'
import { Peer, type Handlers } from '../rpc/peer.ts'
import { readFramed, writeFramed } from '../rpc/stream-channel.ts'

export type ProjectPeer = Peer<MainMethods, ProjectMethods>

const program = fileURLToPath(new URL('../project/main.ts', import.meta.url))
const stopPatience = 5_000

/** The two on memory: without them V8 collects the whole heap again and again for buffers that only pass through. */
const nodeFlags = [
  '--max-old-space-size=1024',
  '--disable-sigusr1',
  '--disable-warning=ExperimentalWarning',
  '--initial-old-space-size=96',
  '--external-memory-accounted-in-global-limit',
  '--expose-gc',
]

export class ProjectProcess {
  readonly peer: ProjectPeer
  /** Resolves when the process is gone. */
  readonly exited: Promise<unknown>
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, handlers: Handlers<MainMethods>, logLine: (line: string) => void) {
    this.#child = child
    const channel = child.stdio[3] as Duplex
    this.peer = new Peer<MainMethods, ProjectMethods>((message) => writeFramed(channel, message), handlers)
    readFramed(channel, (message) => this.peer.receive(message))
    channel.on('error', () => {})
    child.stderr?.on('data', (chunk: Buffer) => logLine(chunk.toString()))
    this.exited = once(child, 'exit').then(() => this.peer.end(crashed()))
  }

  /** Resolves once the process has keys' paths, engines and log. */
  static async start(
    start: ProjectStart,
    handlers: Handlers<MainMethods>,
    logLine: (line: string) => void,
    log: Log,
  ): Promise<ProjectProcess> {
    const child = spawn(process.execPath, [...nodeFlags, program], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: pickEnvironment(['PATH', 'KEYHOLD_SANDBOX', 'NODE_COMPILE_CACHE']),
    })
    const started = new ProjectProcess(child, handlers, logLine)
    const { result } = await started.peer.call('project.start', start)
    log('project.started', { project: start.project, isolation: result.isolation, pid: child.pid ?? 0 })
    return started
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  note<K extends keyof ProjectNotes>(name: K, params: ProjectNotes[K]): void {
    this.peer.note(name, params)
  }

  /** Asks it to end; kills it when it has not after 5 s. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopPatience)
    await this.peer.call('project.stop', {}).catch(() => {})
    this.#child.stdio[3]?.destroy()
    await this.exited
    clearTimeout(timer)
  }
}

/** Only what the process needs: nothing that a secret of the shell could hide in. */
function pickEnvironment(names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.map((name) => [name, process.env[name]]))
}

function crashed(): DataError {
  return new DataError(
    'project.crashed',
    'The project’s process ended unexpectedly.',
    'Try again; it starts by itself.',
  )
}
