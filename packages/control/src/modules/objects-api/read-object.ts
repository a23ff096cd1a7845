import type { Readable } from 'node:stream'
import type { DataPlanePeer } from '../link/index.ts'
import { type ByteRange, parseByteRange } from './byte-range.ts'
import { failObject } from './errors.ts'
import { readObjectRow } from './store.ts'
import type { SweepSetting } from './sweep-objects.ts'

export type ObjectContent = {
  readonly content: Readable
  /** Bytes of the whole object. */
  readonly length: number
  /** The part that was asked for; undefined for the whole. */
  readonly range: ByteRange | undefined
}

/** @param header the header `Range`. @throws `object.unknown`, `object.damaged`, `object.invalid_range` */
export async function readObject(
  { database, store }: SweepSetting,
  { organisation }: DataPlanePeer,
  id: string,
  header: string | undefined,
): Promise<ObjectContent> {
  const row = await database.readTenant({ organisation }, (tx) => readObjectRow(tx, id))
  if (row === undefined) throw failObject('object.unknown')
  // An answer that promised the recorded length and then ran dry would leave the reader waiting.
  if ((await store.stat(id)).length !== row.length) throw failObject('object.damaged')
  const range = parseByteRange(header, row.length)
  if (range === 'invalid') throw failObject('object.invalid_range')
  return { content: await store.read(id, range), length: row.length, range }
}
