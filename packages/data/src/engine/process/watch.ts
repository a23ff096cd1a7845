/** Ends work that passes its limits, politely: DuckDB stops at its next check. The data plane kills what does not. */
import { statSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Limits } from '../engine.ts'
import type { EngineCode } from '../errors.ts'

const sizeCheckMs = 20

export type Watched = {
  /** Why the work was ended, if it was. */
  readonly reason: EngineCode | null
  stop(): void
}

export function watch(connection: DuckDBConnection, limits: Limits, output: string, signal: AbortSignal): Watched {
  let reason: EngineCode | null = null
  const end = (code: EngineCode) => {
    reason ??= code
    connection.interrupt()
  }
  const onAbort = () => end('query.cancelled')
  const timer = setTimeout(() => end('engine.timeout'), limits.timeMs)
  const sizer = setInterval(() => {
    const size = statSync(output, { throwIfNoEntry: false })?.size ?? 0
    if (size > limits.resultBytes) end('engine.result_too_large')
    // A statement that began after the interrupt has not seen it.
    if (reason !== null) connection.interrupt()
  }, sizeCheckMs)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort)
  return {
    get reason() {
      return reason
    },
    stop() {
      clearTimeout(timer)
      clearInterval(sizer)
      signal.removeEventListener('abort', onAbort)
    },
  }
}
