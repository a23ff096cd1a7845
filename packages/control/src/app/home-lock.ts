/** One control plane a home: a lock file names the process that has it; one of a dead process is taken over. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineErrors } from '../platform/errors.ts'

const failLock = defineErrors({
  'control.already_running': {
    status: 500,
    message: 'Another Keyhold uses this KEYHOLD_HOME.',
    remedy: 'Stop it first, or choose another folder with KEYHOLD_HOME.',
  },
})

type Holder = { readonly pid: number; readonly started: string }

/** Takes the lock and returns how to give it back. @throws `control.already_running` */
export function lockHome(home: string): () => void {
  const folder = join(home, 'control')
  const path = join(folder, 'lock')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const holder = readHolder(path)
  if (holder && holder.pid !== process.pid && readStartTime(holder.pid) === holder.started) {
    throw failLock('control.already_running')
  }
  rmSync(path, { force: true })
  const mine: Holder = { pid: process.pid, started: readStartTime(process.pid) ?? '' }
  writeFileSync(path, JSON.stringify(mine), { flag: 'wx', mode: 0o600 })
  return () => rmSync(path, { force: true })
}

function readHolder(path: string): Holder | undefined {
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** When the process began, so that another one that was given its number is not taken for it; undefined when it is gone. */
function readStartTime(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined
  }
  if (process.platform !== 'linux') return ''
  try {
    // The name in parentheses may hold spaces; the 20th field after it is the start time (proc(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}
