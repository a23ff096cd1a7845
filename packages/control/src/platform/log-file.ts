/** Log files in a folder: rotated by size, kept 14 days (KEB-20). */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

const largestFile = 16 * 1024 * 1024
const keptMilliseconds = 14 * 24 * 3600 * 1000

export type LogFile = { readonly write: (line: string) => void; readonly flush: () => void; readonly close: () => void }

/**
 * Opens `<folder>/<name>.log` for appending. Lines are gathered for up to `delay` milliseconds and written together;
 * a full file is renamed to `<name>.<time>.log`, and files older than 14 days are deleted then and at opening. Lines that come after closing are dropped.
 */
export function openLogFile(folder: string, name: string, delay = 200): LogFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${name}.log`)
  let descriptor = openSync(path, 'a', 0o600)
  let size = fstatSync(descriptor).size
  let waiting: string[] = []
  let timer: NodeJS.Timeout | undefined
  let closed = false
  deleteOld(folder, name)

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length === 0) return
    const bytes = Buffer.from(waiting.join(''))
    waiting = []
    size += writeSync(descriptor, bytes)
    if (size >= largestFile) rotate()
  }
  function rotate(): void {
    closeSync(descriptor)
    renameSync(path, join(folder, `${name}.${new Date().toISOString().replaceAll(':', '')}.log`))
    descriptor = openSync(path, 'a', 0o600)
    size = 0
    deleteOld(folder, name)
  }
  function write(line: string): void {
    if (closed) return
    waiting.push(line)
    timer ??= setTimeout(flush, delay).unref()
  }
  function close(): void {
    if (closed) return
    flush()
    closed = true
    closeSync(descriptor)
  }
  return { write, flush, close }
}

function deleteOld(folder: string, name: string): void {
  const oldest = Date.now() - keptMilliseconds
  for (const file of readdirSync(folder)) {
    if (!file.startsWith(`${name}.`) || !file.endsWith('.log') || file === `${name}.log`) continue
    const path = join(folder, file)
    if (statSync(path).mtimeMs < oldest) rmSync(path, { force: true })
  }
}
