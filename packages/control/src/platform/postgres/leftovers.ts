/**
 * Ends what a killed run left behind in a data folder: a postmaster that outlived its parent, or backends that outlived
 * their postmaster. The caller holds the installation's lock, so nothing found here belongs to a living Keyhold.
 */
import { readFileSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Ends every PostgreSQL process of `folder`, first kindly (fast shutdown), after `patience` milliseconds by force, and
 * removes a pid file whose process is gone. Resolves when none is left.
 */
export async function endLeftovers(folder: string, patience = 10_000): Promise<void> {
  const started = Date.now()
  for (;;) {
    const pids = findProcesses(folder)
    if (pids.length === 0) break
    const signal = Date.now() - started > patience ? 'SIGKILL' : 'SIGINT'
    const postmaster = readPostmasterPid(folder)
    // Backends leave with their postmaster; they are signalled only when it is gone.
    const targets = postmaster !== undefined && pids.includes(postmaster) ? [postmaster] : pids
    for (const pid of targets) sendSignal(pid, signal === 'SIGINT' && pid !== postmaster ? 'SIGTERM' : signal)
    await delay(20)
  }
  // Its pid may by now be somebody else's, which PostgreSQL would take for a running server.
  rmSync(join(folder, 'postmaster.pid'), { force: true })
}

/** The processes whose working folder is the data folder: PostgreSQL's, as each of them changes into it. */
function findProcesses(folder: string): number[] {
  if (process.platform !== 'linux') return findByPidFile(folder)
  const real = realpathSync(folder)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readLink(`/proc/${name}/cwd`) === real)
    .filter((name) => /(^|\/)postgres(:|$)/.test(readText(`/proc/${name}/cmdline`).split(/[\0 ]/)[0] ?? ''))
    .map(Number)
}

function findByPidFile(folder: string): number[] {
  const pid = readPostmasterPid(folder)
  return pid !== undefined && sendSignal(pid, 0) ? [pid] : []
}

function readPostmasterPid(folder: string): number | undefined {
  const pid = Number.parseInt(readText(join(folder, 'postmaster.pid')), 10)
  return Number.isInteger(pid) && pid > 1 ? pid : undefined
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
