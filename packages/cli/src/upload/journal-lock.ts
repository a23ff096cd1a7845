import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { CliError } from '../errors.ts'

/** Only one process goes on with an upload. Returns what gives the lock back. Throws `upload.already_running`. */
export function lockJournal(path: string): () => void {
  const lock = `${path}.lock`
  mkdirSync(dirname(lock), { recursive: true, mode: 0o700 })
  for (let attempt = 0; attempt < 3; attempt++) {
    if (tryLock(lock)) return () => rmSync(lock, { force: true })
    const holder = readHolder(lock)
    if (holder !== undefined && isRunning(holder)) {
      throw new CliError(
        'upload.already_running',
        `process ${holder.pid} is uploading this file to this table already`,
        `wait for it or stop it; if there is no such process, delete ${lock}.`,
      )
    }
    rmSync(lock, { force: true })
  }
  throw new CliError(
    'upload.already_running',
    'another process keeps taking this upload',
    'try again when it has ended.',
  )
}

type Holder = { pid: number; boot: string }

function tryLock(lock: string): boolean {
  try {
    const descriptor = openSync(lock, 'wx', 0o600)
    writeSync(descriptor, JSON.stringify({ pid: process.pid, boot: readBoot() } satisfies Holder))
    closeSync(descriptor)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function readHolder(lock: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** A process number means nothing after a restart of the machine. */
function isRunning({ pid, boot }: Holder): boolean {
  if (boot !== readBoot()) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function readBoot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}
