import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StartError } from './start-error.ts'
import { SupervisedProcess, type Readiness } from './supervised-process.ts'

export type InstallationOptions = {
  /** Folder of everything that this installation keeps. */
  home: string
  /** 0 takes a free port. */
  port: number
  environment?: NodeJS.ProcessEnv
  onLog?: (program: string, line: string) => void
}

export type Installation = {
  url: string
  serverPin: string
  /** Fingerprint of the local certificate authority. */
  authority: string
  /** The data plane's one-time set-up link; null once the organisation is claimed. */
  setupLink: string | null
  custody: string
  isolation: string
  anchorFingerprint: string
  pids: () => { control: number | undefined; data: number | undefined }
  stop: () => Promise<void>
}

const scripts = {
  control: fileURLToPath(import.meta.resolve('@keyhold/control/main')),
  data: fileURLToPath(import.meta.resolve('@keyhold/data/main')),
}

/** The environment of both programs: only what they need, nothing that a secret of the shell could hide in. */
function childEnvironment(options: InstallationOptions, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = options.environment ?? process.env
  const kept = Object.entries(given).filter(([name]) =>
    /^(PATH|HOME|LANG|LC_.*|TZ|TMPDIR|NODE_EXTRA_CA_CERTS|NODE_COMPILE_CACHE|KEYHOLD_.*)$/.test(name),
  )
  return {
    ...Object.fromEntries(kept),
    KEYHOLD_HOME: resolve(options.home),
    KEYHOLD_PORT: String(options.port),
    ...more,
  }
}

/**
 * Starts the control plane and the first organisation's data plane on this machine, each with its own folder and
 * credentials. Resolves when both are ready; rejects with a StartError when one gives up before that.
 */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  makeHome(options.home)
  const log = options.onLog ?? (() => undefined)
  const control = await startProgram('control', options, { ...databaseUrl(options) }, () => ({}), log)
  const url = text(control.readiness, 'url')
  // The port is fixed from here on, so that a restarted control plane is found at the same place.
  const port = new URL(url).port
  control.process.environment['KEYHOLD_PORT'] = port
  const data = await startProgram('data', options, { KEYHOLD_CONTROL_URL: url }, () => control.latest(), log).catch(
    async (error: unknown) => {
      await control.process.supervised.stop()
      throw error
    },
  )
  const setupLink = data.readiness['setupLink']
  return {
    url,
    serverPin: text(control.readiness, 'serverPin'),
    authority: text(control.readiness, 'caFingerprint'),
    setupLink: typeof setupLink === 'string' ? setupLink : null,
    custody: text(data.readiness, 'custody'),
    isolation: text(data.readiness, 'isolation'),
    anchorFingerprint: text(data.readiness, 'anchorFingerprint'),
    pids: () => ({ control: control.process.supervised.pid, data: data.process.supervised.pid }),
    stop: async () => {
      await data.process.supervised.stop()
      await control.process.supervised.stop()
    },
  }
}

function makeHome(home: string): void {
  try {
    makeFolder(home)
    chmodSync(home, 0o700)
  } catch (cause) {
    const remedy = 'Set KEYHOLD_HOME to a folder that you may write to, or to one that can be made.'
    throw new StartError(`The folder ${home} cannot be used.`, remedy, cause)
  }
}

/** Node's own recursive mkdir never returns below a folder such as /proc, which takes none and says "not found". */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

function databaseUrl(options: InstallationOptions): NodeJS.ProcessEnv {
  const url = (options.environment ?? process.env)['DATABASE_URL']
  return url === undefined ? {} : { DATABASE_URL: url }
}

function text(readiness: Readiness, field: string): string {
  const value = readiness[field]
  if (typeof value !== 'string') throw new Error(`A program said it was ready without its ${field}.`)
  return value
}

type StartedProgram = {
  process: { supervised: SupervisedProcess; environment: NodeJS.ProcessEnv }
  readiness: Readiness
  /** What it said last: a restarted control plane may hand out a new enrolment. */
  latest: () => Readiness
}

async function startProgram(
  name: 'control' | 'data',
  options: InstallationOptions,
  more: NodeJS.ProcessEnv,
  firstLine: () => unknown,
  log: (program: string, line: string) => void,
): Promise<StartedProgram> {
  const environment = childEnvironment(options, more)
  const lastWords: string[] = []
  const { promise, resolve: ready, reject } = Promise.withResolvers<Readiness>()
  let latest: Readiness | undefined
  let refusal: StartError | undefined
  const supervised = new SupervisedProcess(
    { name, script: scripts[name], environment, firstLine },
    {
      onReady: (readiness) => {
        latest = readiness
        ready(readiness)
      },
      onRefusal: (message, remedy) => {
        refusal = new StartError(message, remedy)
        if (latest !== undefined) log(name, `${message} Remedy: ${remedy}`)
      },
      onExit: (reason) => {
        if (latest !== undefined) return log(name, `ended (${reason}); starting again`)
        void supervised.stop()
        reject(refusal ?? explainEnd(name, lastWords, reason))
      },
      onLog: (line) => {
        lastWords.push(line)
        if (lastWords.length > 20) lastWords.shift()
        log(name, line)
      },
    },
  )
  supervised.start()
  const readiness = await promise
  return { process: { supervised, environment }, readiness, latest: () => latest ?? readiness }
}

/** The data plane's last line is its refusal with the remedy; anything else is told as it is. */
function explainEnd(name: string, lastWords: readonly string[], reason: string): StartError {
  const [, message, remedy] = /^(.+) Remedy: (.+) \([a-z_.]+\)$/.exec(lastWords.at(-1) ?? '') ?? []
  if (message !== undefined && remedy !== undefined) return new StartError(message, remedy)
  return new StartError(
    `The ${name} plane could not start: ${lastWords.join('\n') || reason}`,
    'The lines above say what is missing. Nothing was lost; start again when it is mended.',
  )
}
