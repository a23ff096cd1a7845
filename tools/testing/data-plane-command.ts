/** `npm run data-plane` as a customer runs it: a real process with a folder of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../data-plane.ts', import.meta.url))

export type DataPlaneCommand = {
  /** Resolves once it said that it is linked, or has ended; with all that it said until then. */
  readonly settled: Promise<string>
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>
  readonly output: () => string
  /** As Ctrl-C does. */
  readonly interrupt: () => void
  /** Kills the command; resolves when the data plane below it has noticed and is gone too. */
  readonly kill: () => Promise<void>
}

/** `input` is all of its standard input. */
export function startDataPlaneCommand(home: string, input: string, more: readonly string[] = []): DataPlaneCommand {
  const { PATH, NODE_COMPILE_CACHE, KEYHOLD_SANDBOX } = process.env
  const environment = { PATH, NODE_COMPILE_CACHE, KEYHOLD_SANDBOX }
  const known = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined))
  const child = spawn(process.execPath, [script, '--home', home, ...more], { stdio: 'pipe', env: known })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  let said = ''
  const linked = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
      if (said.includes('Ctrl-C stops it')) linked.resolve()
    })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    settled: Promise.race([linked.promise, ended]).then(() => said),
    ended,
    output: () => said,
    interrupt: () => void child.kill('SIGINT'),
    async kill() {
      const { main } = JSON.parse(readFileSync(join(home, 'data', 'data.pid'), 'utf8')) as { main: { pid: number } }
      child.kill('SIGKILL')
      await ended
      while (isAlive(main.pid)) await turn()
    },
  }
}

/** A process that ended and that nobody has waited for is gone too: it has no command line any more. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !existsSync(`/proc/self`) || readFileSync(`/proc/${pid}/cmdline`).length > 0
  } catch {
    return false
  }
}

/** The owner's link in what a data plane said. */
export function findSetupLink(output: string): string {
  const link = /https:\S+\/setup#\S+/.exec(output)?.[0]
  if (link === undefined) throw new Error(`no set-up link in: ${output}`)
  return link
}
