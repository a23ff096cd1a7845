import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedHome } from '../../packages/control/src/testing/seed-home.ts'
import { startInstallation, type Installation } from '../installation/installation.ts'
import { bundleClient, clientSource } from './client-program.ts'

function shellEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  return { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) }
}

export type ShellResult = { code: number | null; stdout: string; stderr: string }

/** A shell of one person: a client home of its own, in which `keyhold` is run as a real process. */
export class Shell {
  readonly home: string
  readonly #environment: NodeJS.ProcessEnv
  readonly #program: string

  constructor(home: string, environment: NodeJS.ProcessEnv = {}, program: string = clientSource) {
    this.home = home
    this.#environment = environment
    this.#program = program
  }

  /** Runs `keyhold …` to its end. */
  async run(args: string[], options: { input?: string; signal?: AbortSignal } = {}): Promise<ShellResult> {
    const child = this.start(args)
    options.signal?.addEventListener('abort', () => child.kill('SIGKILL'))
    child.stdin.end(options.input ?? '')
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    const { promise, resolve } = Promise.withResolvers<number | null>()
    child.once('close', resolve)
    const code = await promise
    return { code, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') }
  }

  /** Starts `keyhold …` and leaves it to the caller, who ends it. */
  start(args: string[]) {
    return spawn(process.execPath, [this.#program, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...shellEnvironment(), KEYHOLD_CLIENT_HOME: this.home, NO_COLOR: '1', ...this.#environment },
    })
  }

  /** Runs `keyhold … --json` and parses its document; throws with the error text when the exit code is not 0. */
  async json<T>(args: string[], input?: string): Promise<T> {
    const result = await this.run([...args, '--json'], input === undefined ? {} : { input })
    if (result.code !== 0)
      throw new Error(`keyhold ${args.join(' ')} ended with ${result.code}: ${result.stderr}${result.stdout}`)
    return JSON.parse(result.stdout) as T
  }
}

export const ownerPassword = 'correct horse battery staple 9'

/** Both planes in a temporary home, that nobody has set up. */
export type FreshInstallation = {
  folder: string
  home: string
  installation: Installation
  /** A shell without anything in it. */
  newShell: (name: string, environment?: NodeJS.ProcessEnv) => Shell
  log: string[]
  /** Stops everything and removes the folder. */
  end: () => Promise<void>
}

export type TestInstallation = FreshInstallation & { owner: Shell }

/** Both planes in a temporary home on a free port. `client` is what its shells run: see client-program.ts. */
export async function startFreshInstallation(
  environment: NodeJS.ProcessEnv = {},
  client: 'bundle' | 'sources' = 'bundle',
): Promise<FreshInstallation> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-'))
  const home = join(folder, 'home')
  const log: string[] = []
  // With DATABASE_URL the installation has no cluster of its own.
  if (process.env['DATABASE_URL'] === undefined) await seedHome(home)
  const installation = await startInstallation({
    home,
    port: 0,
    environment: { ...process.env, ...environment },
    onLog: (program, line) => log.push(`[${program}] ${line}`),
  })
  const program = client === 'bundle' ? await bundleClient() : clientSource
  const newShell = (name: string, more: NodeJS.ProcessEnv = {}) => new Shell(join(folder, name), more, program)
  const end = async () => {
    await installation.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { folder, home, installation, newShell, log, end }
}

/** The same with the owner set up through the real set-up link, by the command line. */
export async function startTestInstallation(
  environment: NodeJS.ProcessEnv = {},
  client: 'bundle' | 'sources' = 'bundle',
): Promise<TestInstallation> {
  const fresh = await startFreshInstallation(environment, client)
  const owner = fresh.newShell('owner', { KEYHOLD_PASSWORD: ownerPassword })
  try {
    await setUpOwner(owner, fresh.installation)
  } catch (error) {
    await fresh.end()
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${fresh.log.join('\n')}`, {
      cause: error,
    })
  }
  return { ...fresh, owner }
}

async function setUpOwner(owner: Shell, installation: Installation): Promise<void> {
  if (installation.setupLink === null) throw new Error('A fresh installation printed no set-up link.')
  const flags = ['--email', 'owner@example.org', '--organisation', 'Example', '--project', 'First']
  await owner.json(['setup', installation.setupLink, ...flags])
}
