/** A small JSON-lines logger. Fields are ids, codes, counts and times; never a value of customer data. */

type LogField = string | number | boolean | null | undefined
export type Log = {
  readonly info: (event: string, fields?: Record<string, LogField>) => void
  readonly warn: (event: string, fields?: Record<string, LogField>) => void
  /** `cause` gives name, code and stack frames, not the message: messages of libraries may quote values. */
  readonly error: (event: string, fields?: Record<string, LogField>, cause?: unknown) => void
}

/** A logger that hands finished lines (with newline) to `write`. */
export function createLog(write: (line: string) => void, now: () => Date = () => new Date()): Log {
  const emit = (level: string, event: string, fields: Record<string, LogField> = {}) =>
    write(`${JSON.stringify({ time: now().toISOString(), level, event, ...fields })}\n`)
  return {
    info: (event, fields) => emit('info', event, fields),
    warn: (event, fields) => emit('warn', event, fields),
    error: (event, fields, cause) => emit('error', event, { ...fields, ...describeCause(cause) }),
  }
}

/** A logger for tests and tools that want none. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} }

function describeCause(cause: unknown): Record<string, LogField> {
  if (!(cause instanceof Error)) return {}
  const code = (cause as { code?: unknown }).code
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    error: cause.name,
    ...(typeof code === 'string' && { errorCode: code }),
    stack: frames
      .slice(0, 12)
      .map((line) => line.trim())
      .join(' | '),
  }
}
