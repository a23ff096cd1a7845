/** A table written anew: its rows cast to new columns, with added rows, which by a key take the place of older ones. */
import type { TableColumn } from '../engine.ts'
import { storedTypeOf } from '../types.ts'
import { Failure, toFailure } from './duck-error.ts'
import type { Instance } from './instance.ts'
import type { ProcessSettings, RewriteMessage, Rewritten } from './messages.ts'
import { castColumn, isTypeText, quoteName, quoteText } from './sql-text.ts'
import { watch } from './watch.ts'
import { writeSplitFiles } from './write-files.ts'

/**
 * Rows keep their order: those of the table first. Of added rows with one key the last is taken.
 * @throws Failure `import.key_not_unique`, `import.schema_lossy`, `engine.` codes.
 */
export async function rewriteTable(
  instance: Instance,
  settings: ProcessSettings,
  message: RewriteMessage,
  signal: AbortSignal,
): Promise<Rewritten> {
  const types = [...message.columns, ...message.base.columns, ...message.added.columns]
  if (types.some((column) => !isTypeText(column.type))) throw new Failure({ code: 'engine.bad_request' })
  const output = `${settings.scratch}/${message.output}`
  const watched = watch(instance.connection, message.limits, output, signal)
  try {
    return await rewrite(instance, settings, message, output)
  } catch (error) {
    throw watched.reason === null ? toFailure(error) : new Failure({ code: watched.reason })
  } finally {
    watched.stop()
  }
}

async function rewrite(
  instance: Instance,
  settings: ProcessSettings,
  message: RewriteMessage,
  output: string,
): Promise<Rewritten> {
  const place = choosePlaceName(message.columns)
  await createSide(instance, settings, { name: 'base', place, ...message.base }, message.columns)
  await createSide(instance, settings, { name: 'added', place, ...message.added }, message.columns)
  await checkLossless(instance, settings, message)
  const list = message.columns.map(storeColumn).join(', ')
  const names = message.columns.map(({ name }) => quoteName(name)).join(', ')
  if (message.key === null) {
    const all = `SELECT ${names}, 0 AS side, ${place} FROM base UNION ALL SELECT ${names}, 1 AS side, ${place} FROM added`
    const files = await writeSplitFiles(
      instance,
      `SELECT ${list} FROM (${all} ORDER BY side, ${place})`,
      message,
      output,
    )
    return { files, replaced: 0, repeated: 0 }
  }
  const counts = await createLatest(instance, message.key, place, message.checkBase)
  const same = message.key.map((name) => `t.${quoteName(name)} = latest.${quoteName(name)}`).join(' AND ')
  const kept = `SELECT ${names}, 0 AS side, t.${place} FROM base t ANTI JOIN latest ON ${same}`
  const newest = `SELECT ${names}, 1 AS side, t.${place} FROM added t SEMI JOIN latest ON t.${place} = latest.${place}`
  const query = `SELECT ${list} FROM (${kept} UNION ALL ${newest} ORDER BY side, ${place})`
  return { files: await writeSplitFiles(instance, query, message, output), ...counts }
}

type Side = RewriteMessage['base'] & { readonly name: string; readonly place: string }

/** A view of one side's rows in the new columns, numbered in the order of its files. */
async function createSide(
  instance: Instance,
  settings: ProcessSettings,
  side: Side,
  columns: readonly TableColumn[],
): Promise<void> {
  const has = new Map(side.columns.map((column) => [column.name, column.type]))
  const list = columns.map((column) => `${readColumn(column, has.get(column.name))} AS ${quoteName(column.name)}`)
  const paths = side.files.map((file) => quoteText(`${settings.data}/${file}`)).join(', ')
  const empty = columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteName(name)}`).join(', ')
  const source =
    side.files.length === 0
      ? `SELECT ${empty}, CAST(0 AS BIGINT) AS ${side.place} WHERE false`
      : `SELECT ${list.join(', ')}, row_number() OVER () AS ${side.place} FROM read_parquet([${paths}])`
  await instance.connection.run(`CREATE VIEW ${side.name} AS ${source}`)
}

/** From the stored form to the side's own type, and from that to the new one. */
function readColumn({ name, type }: TableColumn, had: string | undefined): string {
  if (had === undefined) return `CAST(NULL AS ${type})`
  const value = castColumn({ name, type: had })
  return had === type ? value : `CAST(${value} AS ${type})`
}

function storeColumn({ name, type }: TableColumn): string {
  const stored = storedTypeOf(type)
  return stored === type ? quoteName(name) : `CAST(${quoteName(name)} AS ${stored}) AS ${quoteName(name)}`
}

/** A name that no column of the table has. */
function choosePlaceName(columns: readonly TableColumn[]): string {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()))
  let name = 'place~'
  while (taken.has(name)) name += '~'
  return quoteName(name)
}

/** Refuses a new type that does not hold every value that is there: each must come back from it as it was. */
async function checkLossless(
  instance: Instance,
  { data }: ProcessSettings,
  { base, added, columns }: RewriteMessage,
): Promise<void> {
  for (const side of [base, added]) {
    const had = new Map(side.columns.map((column) => [column.name, column.type]))
    const changed = columns.filter(({ name, type }) => had.has(name) && had.get(name) !== type && type !== 'VARCHAR')
    if (changed.length === 0 || side.files.length === 0) continue
    const tests = changed.map(({ name, type }) => {
      const from = had.get(name) ?? type
      const value = castColumn({ name, type: from })
      return `bool_or(${value} IS NOT NULL AND TRY_CAST(TRY_CAST(${value} AS ${type}) AS ${from}) IS DISTINCT FROM ${value})`
    })
    const paths = side.files.map((file) => quoteText(`${data}/${file}`)).join(', ')
    const rows = await instance.rows(`SELECT ${tests.join(', ')} FROM read_parquet([${paths}])`)
    const at = rows[0]?.findIndex((lost) => lost === true) ?? -1
    if (at >= 0) throw new Failure({ code: 'import.schema_lossy', detail: changed[at]?.name ?? '' })
  }
}

/** The place of the last added row of each key. @throws Failure `import.key_not_unique` */
async function createLatest(
  instance: Instance,
  key: readonly string[],
  place: string,
  checkBase: boolean,
): Promise<{ replaced: number; repeated: number }> {
  const names = key.map(quoteName).join(', ')
  if (checkBase) await checkUnique(instance, names, key)
  await instance.connection.run(
    `CREATE TABLE latest AS SELECT ${names}, max(${place}) AS ${place} FROM added GROUP BY ${names}`,
  )
  const same = key.map((name) => `t.${quoteName(name)} = latest.${quoteName(name)}`).join(' AND ')
  const rows = await instance.rows(
    `SELECT (SELECT count(*) FROM base t SEMI JOIN latest ON ${same}),
       (SELECT count(*) FROM added) - (SELECT count(*) FROM latest)`,
  )
  return { replaced: Number(rows[0]?.[0]), repeated: Number(rows[0]?.[1]) }
}

/** A table that had no key before may hold rows that break it. */
async function checkUnique(instance: Instance, names: string, key: readonly string[]): Promise<void> {
  const isNull = key.map((name) => `${quoteName(name)} IS NULL`).join(' OR ')
  const rows = await instance.rows(
    `SELECT EXISTS (SELECT 1 FROM base WHERE ${isNull}),
       EXISTS (SELECT 1 FROM base GROUP BY ${names} HAVING count(*) > 1)`,
  )
  if (rows[0]?.some((found) => found === true) === true) throw new Failure({ code: 'import.key_not_unique' })
}
