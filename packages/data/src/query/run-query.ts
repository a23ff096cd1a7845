/** One query: names → what the asker may see → decrypted files → engine → result file. */
import type { QueryBody } from '@keyhold/contract'
import { DataError } from '../errors.ts'
import type { Engine, Limits, QueryResult, TableInput, TableName } from '../engine/index.ts'
import type { AuditTable } from '../audit-table/audit-table.ts'
import { isAuditTable, nameInEngine } from '../audit-table/name-in-engine.ts'
import { describeEngine, mayAccess, mayReadLog, type Asker } from '../project/asker.ts'
import type { Catalogue, TableState } from '../project/catalogue.ts'
import type { Engines } from './engines.ts'
import { bindParameters } from './parameters.ts'

export type QuerySetting = {
  readonly catalogue: Catalogue
  readonly engines: Engines
  readonly limits: Limits
  readonly auditTable: Pick<AuditTable, 'prepare'>
}

export type QueryRun = {
  /** Deletes the result and lets the engine wait for the same asker. */
  readonly done: () => Promise<void>
  readonly result: QueryResult
  readonly tables: readonly TableState[]
  /** It read the log, which every request makes longer: the result is of this moment only. */
  readonly readsLog: boolean
  /** Files decrypted for this query; the rest was there. */
  readonly opened: number
  /** Milliseconds by step. */
  readonly timings: Record<string, number>
}

/** @throws `query.` and `engine.` codes; `query.unknown_table` also for what the asker may not see */
export async function runQuery(
  body: QueryBody,
  asker: Asker,
  setting: QuerySetting,
  signal: AbortSignal,
): Promise<QueryRun> {
  const { engine, release } = await setting.engines.acquire(describeEngine(asker))
  try {
    return await runOn(engine, release, body, asker, setting, signal)
  } catch (error) {
    release()
    throw error
  }
}

async function runOn(
  engine: Engine,
  release: () => void,
  body: QueryBody,
  asker: Asker,
  setting: QuerySetting,
  signal: AbortSignal,
): Promise<QueryRun> {
  const clock = startClock()
  const names = await engine.tableNames(body.sql)
  const readsLog = mayReadLog(asker) && names.some(isAuditTable)
  const tables = findTables(readsLog ? names.filter((name) => !isAuditTable(name)) : names, asker, setting.catalogue)
  clock.lap('plan')
  const { inputs, opened } = await linkTables(engine, tables, setting.engines)
  if (readsLog) inputs.push(await setting.auditTable.prepare(engine))
  clock.lap('open')
  const sql = readsLog ? nameInEngine(body.sql) : body.sql
  const parameters = bindParameters(body.parameters ?? [])
  const result = await engine.query({ tables: inputs, sql, parameters, limits: setting.limits }, signal)
  clock.lap('run')
  const done = () => engine.dropResult(result).finally(release)
  return { done, result, tables, readsLog, opened, timings: clock.laps }
}

/** Milliseconds of each step since the one before. */
export function startClock(): { laps: Record<string, number>; lap: (name: string) => void } {
  const laps: Record<string, number> = {}
  let last = performance.now()
  const lap = (name: string) => {
    const now = performance.now()
    laps[name] = Math.round((now - last) * 1000) / 1000
    last = now
  }
  return { laps, lap }
}

/** Links the files of tables into an engine; `opened` counts those that were not there. */
export async function linkTables(engine: Engine, tables: readonly TableState[], engines: Engines) {
  let opened = 0
  const inputs: TableInput[] = []
  for (const { manifest } of tables) {
    const linked = await engines.link(engine, manifest.tableId, manifest.files)
    opened += linked.opened
    inputs.push({ bucket: manifest.bucket, table: manifest.table, files: linked.names, columns: manifest.columns })
  }
  return { inputs, opened }
}

/** @throws `query.unknown_table` for what is not there, or not for the asker */
export function findTables(names: readonly TableName[], asker: Asker, catalogue: Catalogue): TableState[] {
  const found = new Map<string, TableState>()
  for (const name of names) {
    const state = findTable(name, asker, catalogue)
    if (!state) throw unknownTable(name, asker, catalogue)
    found.set(state.manifest.tableId, state)
  }
  return [...found.values()]
}

function findTable({ bucket, table }: TableName, asker: Asker, catalogue: Catalogue): TableState | undefined {
  if (bucket === null || !mayAccess(asker, bucket.toLowerCase(), 'read')) return undefined
  return catalogue.named(bucket.toLowerCase(), table.toLowerCase())
}

/** The detail is sealed to the asker and names only what the asker may see. */
function unknownTable({ bucket, table }: TableName, asker: Asker, catalogue: Catalogue): DataError {
  const visible = catalogue
    .tables()
    .filter(({ manifest }) => mayAccess(asker, manifest.bucket, 'read'))
    .map(({ manifest }) => `${manifest.bucket}.${manifest.table}`)
    .sort()
  const named = bucket === null ? table : `${bucket}.${table}`
  const list =
    visible.length === 0 ? 'There is no table that you may read.' : `You may read: ${visible.slice(0, 50).join(', ')}.`
  return new DataError(
    'query.unknown_table',
    'The query names a table that does not exist for you.',
    'Name tables as bucket.table; list them with: keyhold tables',
    { detail: `${named} is not there. ${list}` },
  )
}
