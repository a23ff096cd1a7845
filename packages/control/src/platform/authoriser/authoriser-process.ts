/** One run of the authorising process: its lines in, its lines out, and its end. */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { secretFile, type Answered, type AuthoriserStart, type Batch, type ProcessMessage } from './protocol.ts'

const program = fileURLToPath(new URL('../../authoriser/main.ts', import.meta.url))
const stopPatience = 2_000

const nodeFlags = [
  '--max-old-space-size=64',
  '--max-semi-space-size=1',
  '--disable-sigusr1',
  '--disable-warning=ExperimentalWarning',
  '--disallow-code-generation-from-strings',
]

/** Node's own wall: it reads its program and its one secret, reaches its database, and writes and starts nothing. */
export function processFlags(keys: string): string[] {
  const packages = dirname(dirname(fileURLToPath(import.meta.resolve('pg/package.json'))))
  const readable = [fileURLToPath(new URL('../../../', import.meta.url)), packages, join(keys, secretFile)]
  return [...nodeFlags, '--permission', '--allow-net', ...readable.map((path) => `--allow-fs-read=${path}`)]
}

export type AuthoriserProcess = {
  readonly pid: number | undefined
  readonly ask: (batch: Batch) => void
  readonly kill: () => void
  /** Closes its stdin, which ends it; kills it when it has not ended after 2 s. Resolves when it is gone. */
  readonly stop: () => Promise<void>
}

type Heard = {
  readonly onReady: () => void
  readonly onAnswered: (answered: Answered) => void
  readonly onEnd: (reason: { readonly exitCode: number | null; readonly signal: string | null }) => void
}

export function startAuthoriserProcess(start: AuthoriserStart, heard: Heard): AuthoriserProcess {
  const child = spawn(process.execPath, [...processFlags(start.keys), program], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Only what the process needs: nothing that a secret of the shell could hide in.
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
  })
  const ended = new Promise<void>((resolve) => {
    const end = (exitCode: number | null, signal: string | null) => {
      resolve()
      heard.onEnd({ exitCode, signal })
    }
    child.once('close', end)
    child.once('error', () => child.pid === undefined && end(null, null))
  })
  // Who writes to a process that has just died hears of its end.
  child.stdin.on('error', () => {})
  const say = (message: object) => void child.stdin.write(`${JSON.stringify(message)}\n`)
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = readMessage(line)
    if (message === undefined) child.kill('SIGKILL')
    else if ('ready' in message) heard.onReady()
    else heard.onAnswered(message)
  })
  say(start)
  return {
    pid: child.pid,
    ask: say,
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), stopPatience)
      child.stdin.end()
      await ended
      clearTimeout(timer)
    },
  }
}

/** Undefined for half a line, which a killed process can leave. */
function readMessage(line: string): ProcessMessage | undefined {
  try {
    return JSON.parse(line) as ProcessMessage
  } catch {
    return undefined
  }
}
