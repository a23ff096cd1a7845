/** One program of Keyhold as a supervised process: its environment, its folder, and the wait until it is ready. */
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StartError } from './start-error.ts'
import { SupervisedProcess, type Readiness } from './supervised-process.ts'

export type ProgramOptions = {
  /** Folder of everything that the program keeps. */
  readonly home: string
  readonly environment?: NodeJS.ProcessEnv
  readonly onLog?: (program: string, line: string) => void
}

const scripts = {
  control: fileURLToPath(import.meta.resolve('@keyhold/control/main')),
  data: fileURLToPath(import.meta.resolve('@keyhold/data/main')),
}

/** The environment of a program: only what it needs, nothing that a secret of the shell could hide in. */
function childEnvironment(options: ProgramOptions, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = options.environment ?? process.env
  const kept = Object.entries(given).filter(([name]) =>
    /^(PATH|HOME|LANG|LC_.*|TZ|TMPDIR|NODE_EXTRA_CA_CERTS|NODE_COMPILE_CACHE|KEYHOLD_.*)$/.test(name),
  )
  return {
    ...Object.fromEntries(kept),
    KEYHOLD_HOME: resolve(options.home),
    ...more,
  }
}

/** @throws StartError when the folder cannot be made or used */
export function makeHome(home: string): void {
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

/** A field of the readiness line. */
export function readText(readiness: Readiness, field: string): string {
  const value = readiness[field]
  if (typeof value !== 'string') throw new Error(`A program said it was ready without its ${field}.`)
  return value
}

export type StartedProgram = {
  process: { supervised: SupervisedProcess; environment: NodeJS.ProcessEnv }
  readiness: Readiness
  /** What it said last: a restarted control plane may hand out a new enrolment. */
  latest: () => Readiness
}

/**
 * Starts a program and keeps it running. `firstLine` is asked at each start, also of a restart. Resolves when it is ready.
 *
 * @throws StartError when it gives up before that
 */
export async function startProgram(
  name: 'control' | 'data',
  options: ProgramOptions,
  more: NodeJS.ProcessEnv,
  firstLine: () => unknown,
): Promise<StartedProgram> {
  const log = options.onLog ?? (() => undefined)
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
