/** A Parquet file sealed under the table key and staged in the object store, as a stream. */
import { createHash, randomUUIDv7 } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Manifest } from '@keyhold/contract'
import { sealedLength } from '@keyhold/sealed'
import { createFileSealer, type FileSealer, type SealedSegment } from '@keyhold/sealed/seal'
import { DataError } from '../errors.ts'
import type { ImportedFile } from '../engine/index.ts'
import type { ControlHttp } from '../link/control-http.ts'
import type { ObjectCache } from '../query/object-cache.ts'
import { tableKeyVersion, type Keyring } from '../project/keyring.ts'

export type SealSetting = {
  readonly organisation: string
  readonly project: string
  readonly table: string
  readonly keyId: string
  readonly keyring: Keyring
  readonly http: ControlHttp
  readonly objects: ObjectCache
}

/** @throws `object.forged` when the store kept other bytes, and what reading and sending throw */
export async function sealDataFile(source: ImportedFile, setting: SealSetting): Promise<Manifest['files'][number]> {
  const { organisation, project, table, keyId, keyring, http, objects } = setting
  const [file, object] = [randomUUIDv7(), randomUUIDv7()]
  const key = await keyring.tableKey(keyId)
  const header = { organisation, project, table, file, version: 1, purpose: 'data' } as const
  const sealer = await createFileSealer({
    header,
    recipients: [{ kind: 'table-key', id: keyId, version: tableKeyVersion, key }],
  })
  key.fill(0)
  const length = sealer.head.length + sealedLength(source.bytes)
  const hash = createHash('sha256')
  const stored = await http.putObject(
    object,
    objects.keepPassing(object, sealChunks(source.path, sealer, hash)),
    length,
  )
  const digest = hash.digest('base64url')
  if (stored.length !== length || stored.digest !== digest) throw notStored()
  return { file, object, length, digest, rows: source.rows, keyId }
}

async function* sealChunks(
  path: string,
  sealer: FileSealer,
  hash: { update: (chunk: Uint8Array) => unknown },
): AsyncGenerator<Uint8Array> {
  hash.update(sealer.head)
  yield sealer.head
  for await (const chunk of createReadStream(path, { highWaterMark: 4 << 20 })) {
    yield join(await sealer.push(chunk as Buffer), hash)
  }
  yield join(await sealer.finish(), hash)
}

/** One buffer for many segments: a write for each of their pieces would cost more than the copy. */
function join(segments: readonly SealedSegment[], hash: { update: (chunk: Uint8Array) => unknown }): Uint8Array {
  const whole = Buffer.concat(segments.flat())
  hash.update(whole)
  return whole
}

function notStored(): DataError {
  return new DataError(
    'object.forged',
    'The object store did not keep what it was sent.',
    'Check the object store’s disk.',
  )
}
