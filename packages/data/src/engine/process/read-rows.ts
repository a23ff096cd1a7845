/** Answers a question of the data plane's own with rows of text. */
import type { TextRows } from '../engine.ts'
import { Failure, toFailure } from './duck-error.ts'
import type { Instance } from './instance.ts'
import type { ProcessSettings, RowsMessage } from './messages.ts'
import { createTables } from './run-query.ts'
import { watch } from './watch.ts'

/** @throws Failure with an `engine.` or `query.` code. */
export async function readRows(
  instance: Instance,
  settings: ProcessSettings,
  { tables, sql, limits }: RowsMessage,
  signal: AbortSignal,
): Promise<TextRows> {
  // There is no result file: the path only has to be one that never exists.
  const watched = watch(instance.connection, limits, `${settings.scratch}/none`, signal)
  try {
    await createTables(instance, settings, tables)
    const rows = await instance.rows(sql)
    return rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : null)))
  } catch (error) {
    throw watched.reason === null ? toFailure(error) : new Failure({ code: watched.reason })
  } finally {
    watched.stop()
  }
}
