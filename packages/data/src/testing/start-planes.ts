/** Starts the data plane's real program against a test control plane. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { TestControl } from './test-control.ts'

export type Running = {
  readonly child: ChildProcess
  readonly ready: {
    anchor: string
    anchorFingerprint: string
    setupLink: string | null
    isolation: string
    custody: string
  }
  /** Everything that it wrote to standard error. */
  readonly errors: () => string
}

const program = fileURLToPath(new URL('../main.ts', import.meta.url))

/** @throws an Error with what the program said when it ends before it is ready */
export async function startDataPlane(
  control: TestControl,
  home: string,
  environment: Record<string, string> = {},
): Promise<Running> {
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      KEYHOLD_SANDBOX: process.env['KEYHOLD_SANDBOX'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      KEYHOLD_HOME: home,
      KEYHOLD_CONTROL_URL: control.url,
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  child.stdin.write(`${JSON.stringify({ enrolment: { token: 'token' }, serverPin: control.pin })}\n`)
  const line = once(createInterface({ input: child.stdout }), 'line')
  const first = await Promise.race([line, once(child, 'exit').then(() => undefined)])
  if (first === undefined) throw new Error(`the data plane ended: ${errors}`)
  return { child, ready: JSON.parse(String(first[0])) as Running['ready'], errors: () => errors }
}

/** Ends it as closing standard input does, and waits; answers the exit code. */
async function stopDataPlane({ child }: Running): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exit = once(child, 'exit')
  child.stdin?.end()
  await exit
  return child.exitCode
}

async function killDataPlane({ child }: Running): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

export type Planes = {
  control: TestControl
  home: string
  data: Running
  stop: () => Promise<void>
  restart: (signal?: 'SIGKILL') => Promise<void>
}

export async function startPlanes(environment: Record<string, string> = {}): Promise<Planes> {
  const home = await mkdtemp(join(tmpdir(), 'keyhold-data-'))
  const control = await TestControl.start()
  const planes: Planes = {
    control,
    home,
    data: await startDataPlane(control, home, environment),
    restart: async (signal) => {
      control.awaitPeer()
      if (signal) await killDataPlane(planes.data)
      else await stopDataPlane(planes.data)
      planes.data = await startDataPlane(control, home, environment)
    },
    stop: async () => {
      await stopDataPlane(planes.data)
      await control.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
  return planes
}
