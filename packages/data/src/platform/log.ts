/** JSON lines about what happens: ids, codes, counts and times, never a value of customer data. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

type LogField = string | number | boolean | null | undefined
export type Log = (event: string, fields?: Record<string, LogField>, cause?: unknown) => void

const fileLimit = 16 << 20

/** A log that hands finished lines to `write`. Of a cause it tells name, code and stack frames, not the message. */
export function createLog(write: (line: string) => void): Log {
  return (event, fields = {}, cause) =>
    write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields, ...describeCause(cause) })}\n`)
}

/** A writer that appends to `path` and keeps one older file once it passes 16 MiB. */
export function openLogFile(path: string): (line: string) => void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  return (line) => {
    appendFileSync(path, line, { mode: 0o600 })
    if (statSync(path).size > fileLimit) renameSync(path, `${path}.1`)
  }
}

function describeCause(cause: unknown): Record<string, LogField> {
  if (!(cause instanceof Error)) return {}
  const code = 'code' in cause && typeof cause.code === 'string' ? { code: cause.code } : {}
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const stack = frames.slice(0, 8).map((line) => line.trim())
  return { error: cause.name, ...code, stack: stack.join(' | ') }
}
