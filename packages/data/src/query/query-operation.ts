/** The operation `query`: from the cache where the very same may be shown, from an engine otherwise. */
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { QueryBody, type ResultColumn } from '@keyhold/contract'
import { Compile } from 'typebox/compile'
import type { CacheInputs, ResultCache } from '../cache/result-cache.ts'
import { DataError } from '../errors.ts'
import type { EntryDraft } from '../ledger-client/draft.ts'
import { describeEngine, describeIdentity, describePolicy, type Asker } from '../project/asker.ts'
import type { Lease } from '../project/lease.ts'
import type { OperationResult } from '../project/operation.ts'
import { runQuery, startClock, type QueryRun, type QuerySetting } from './run-query.ts'

export type OperationSetting = QuerySetting & {
  readonly organisation: string
  readonly project: string
  readonly cache: ResultCache
  readonly lease: Lease
}

type Head = { columns: ResultColumn[]; rows: number }

/** Results above this many bytes are streamed from their file and not cached. */
const largestHeld = 8 << 20
const bodyCheck = Compile(QueryBody)

/** Pushes what it did onto `entries`, also when it fails. @throws `query.` and `engine.` codes */
export async function answerQuery(
  body: unknown,
  asker: Asker,
  setting: OperationSetting,
  entries: EntryDraft[],
  signal: AbortSignal,
): Promise<OperationResult> {
  if (!bodyCheck.Check(body)) throw malformed()
  const query: QueryBody = body
  // A cached result too may be used only while the provider lets the project's key be used.
  await setting.lease.keys()
  const inputs = query.cache === 'off' ? undefined : describeInputs(query, asker, setting)
  const clock = startClock()
  const known = inputs && setting.cache.get(inputs)
  clock.lap('cache')
  if (known) return fromCache(known, clock.laps)
  const run = await runQuery(query, asker, setting, signal)
  entries.push(...describeDecrypts(run, asker, setting.project))
  if (run.readsLog) entries.push(describeLogReading(asker, setting))
  return fromRun(run, run.readsLog ? undefined : inputs, setting.cache)
}

/** The operation `engine.end`: the asker's engine ends now, and with it what was decrypted for it. */
export async function endEngine(asker: Asker, { engines }: OperationSetting): Promise<OperationResult> {
  await engines.forget(describeEngine(asker))
  const nothing = { columns: [], rows: 0, cached: false, bodyLength: 0, body: new Uint8Array(0), timings: {} }
  return { ...nothing, done: async () => {} }
}

function describeInputs(query: QueryBody, asker: Asker, setting: OperationSetting): CacheInputs {
  const parameters = (query.parameters ?? []).map(({ name, type, value }) => [
    name,
    type,
    typeof value === 'string' ? `=${value}` : JSON.stringify(value),
  ])
  return {
    organisation: setting.organisation,
    project: setting.project,
    policy: describePolicy(asker),
    identity: describeIdentity(asker),
    grant: null,
    sql: query.sql,
    parameters,
    dataVersion: setting.catalogue.dataVersion,
  }
}

function fromCache(entry: Buffer, timings: Record<string, number>): OperationResult {
  const length = entry.readUInt32BE(0)
  const head = JSON.parse(entry.toString('utf8', 4, 4 + length)) as Head
  const body = entry.subarray(4 + length)
  return { ...head, cached: true, body, bodyLength: body.length, timings, done: async () => {} }
}

async function fromRun(run: QueryRun, inputs: CacheInputs | undefined, cache: ResultCache): Promise<OperationResult> {
  const { done, result, timings } = run
  const columns = result.columns.map(({ name, type, parquetType }) => ({ name, type, stored: parquetType }))
  const head = { columns, rows: result.rows }
  const answer = { ...head, cached: false, bodyLength: result.bytes, timings: { ...timings, engine: result.elapsedMs } }
  if (result.bytes > largestHeld) return { ...answer, body: createReadStream(result.path), done }
  const body = await readFile(result.path)
  if (inputs) cache.put(inputs, encodeEntry(head, body))
  return { ...answer, body, done }
}

function encodeEntry(head: Head, body: Buffer): Buffer {
  const json = Buffer.from(JSON.stringify(head))
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(json.length, 0)
  return Buffer.concat([length, json, body])
}

/** What was decrypted for an asker. */
export function describeDecrypts(
  run: Pick<QueryRun, 'opened' | 'tables'>,
  asker: Asker,
  project: string,
): EntryDraft[] {
  if (run.opened === 0) return []
  return run.tables.map(({ manifest }) => ({
    action: 'table.decrypt',
    outcome: 'success',
    code: null,
    project,
    actor: { kind: asker.kind, id: asker.id },
    object: { kind: 'table', id: manifest.tableId },
    details: { sequence: manifest.sequence, files: manifest.files.length },
  }))
}

function describeLogReading({ kind, id }: Asker, { organisation, project }: OperationSetting): EntryDraft {
  const object = { kind: 'organisation', id: organisation }
  return { action: 'audit.query', outcome: 'success', code: null, project, actor: { kind, id }, object }
}

function malformed(): DataError {
  return new DataError('query.malformed', 'The query lacks a field or has one too many.', 'Update the client.')
}
