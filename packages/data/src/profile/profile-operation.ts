/** The operation `table.profile`: from the cache where the very same may be shown, from the asker's engine otherwise. */
import { TableProfileBody, type TableProfile } from '@keyhold/contract'
import { Compile } from 'typebox/compile'
import type { CacheInputs } from '../cache/result-cache.ts'
import { DataError } from '../errors.ts'
import type { EntryDraft } from '../ledger-client/draft.ts'
import { describeEngine, describeIdentity, describePolicy, type Asker } from '../project/asker.ts'
import type { TableState } from '../project/catalogue.ts'
import { answerJson, type OperationResult } from '../project/operation.ts'
import { describeDecrypts, type OperationSetting } from '../query/query-operation.ts'
import { findTables, linkTables, startClock } from '../query/run-query.ts'
import { describeEmpty, profileTable } from './profile-table.ts'

const bodyCheck = Compile(TableProfileBody)

/** Pushes what it did onto `entries`. @throws `query.unknown_table` also for what the asker may not see, `engine.` codes */
export async function answerProfile(
  body: unknown,
  asker: Asker,
  setting: OperationSetting,
  entries: EntryDraft[],
  signal: AbortSignal,
): Promise<OperationResult> {
  if (!bodyCheck.Check(body)) throw malformed()
  // A cached profile too may be used only while the provider lets the project's key be used.
  await setting.lease.keys()
  const [table] = findTables([body], asker, setting.catalogue)
  if (!table) throw malformed()
  const clock = startClock()
  const inputs = describeInputs(body, asker, setting)
  const known = setting.cache.get(inputs)
  clock.lap('cache')
  if (known) return answerJson(JSON.parse(known.toString()), { cached: true, timings: clock.laps })
  const profile = await makeProfile(table, asker, setting, entries, signal)
  clock.lap('profile')
  setting.cache.put(inputs, Buffer.from(JSON.stringify(profile)))
  return answerJson(profile, { timings: clock.laps })
}

async function makeProfile(
  table: TableState,
  asker: Asker,
  setting: OperationSetting,
  entries: EntryDraft[],
  signal: AbortSignal,
): Promise<TableProfile> {
  const { columns, rows } = table.manifest
  if (rows === 0) return describeEmpty(columns)
  const { engine, release } = await setting.engines.acquire(describeEngine(asker))
  try {
    const { inputs, opened } = await linkTables(engine, [table], setting.engines)
    entries.push(...describeDecrypts({ opened, tables: [table] }, asker, setting.project))
    const [input] = inputs
    if (!input) throw malformed()
    return await profileTable(engine, { ...input, columns }, setting.limits, signal)
  } finally {
    release()
  }
}

/** No query has a parameter of this name, so that none can be answered with a profile. */
function describeInputs(body: TableProfileBody, asker: Asker, setting: OperationSetting): CacheInputs {
  return {
    organisation: setting.organisation,
    project: setting.project,
    policy: describePolicy(asker),
    identity: describeIdentity(asker),
    grant: null,
    sql: '',
    parameters: [['table.profile', body.bucket, body.table]],
    dataVersion: setting.catalogue.dataVersion,
  }
}

function malformed(): DataError {
  return new DataError('profile.malformed', 'The request lacks a field or has one too many.', 'Update the client.')
}
