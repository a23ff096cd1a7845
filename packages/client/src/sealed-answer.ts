/** A response of the data plane: u32be length of the head, the head (ResponseMeta), the body's bytes, zero padding. */
import type { ResponseMeta } from '@keyhold/contract'
import { parseCanonicalObject, type ContextExpectation } from '@keyhold/sealed'
import { FileReader, type FileKeys, type SealedSource } from '@keyhold/sealed/open'
import { ClientError } from './errors.ts'

/** Ciphertext that can be read at any place; must be closed. */
export type Spool = SealedSource & { close(): Promise<void> }

/** Reads the body in any order, verified; bounded memory whatever its length. Must be closed. */
export type SealedAnswer = {
  readonly meta: ResponseMeta
  readonly bodyLength: number
  read(offset: number, length: number): Promise<Uint8Array>
  /** The body in order, a piece at a time. */
  stream(): AsyncGenerator<Uint8Array, void, undefined>
  close(): Promise<void>
}

/** A spool of bytes that are in memory. */
export function spoolBytes(bytes: Uint8Array): Spool {
  return {
    length: bytes.length,
    readRange: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => undefined,
  }
}

const maxMetaLength = 4 << 20
const pieceLength = 1 << 20

/** Takes over the spool. Throws `response.malformed`, and `sealed`'s codes when it is not the answer to our request. */
export async function openSealedAnswer(
  spool: Spool,
  keys: FileKeys,
  expected: ContextExpectation,
): Promise<SealedAnswer> {
  try {
    const file = await FileReader.open(spool, keys, expected)
    const { meta, bodyStart } = await readMeta(file)
    if (bodyStart + meta.bodyLength > file.length) throw malformed()
    const read = (offset: number, length: number): Promise<Uint8Array> => file.read(bodyStart + offset, length)
    return {
      meta,
      bodyLength: meta.bodyLength,
      read,
      stream: () => streamBody(read, meta.bodyLength),
      close: () => spool.close(),
    }
  } catch (error) {
    await spool.close()
    throw error
  }
}

async function readMeta(file: FileReader): Promise<{ meta: ResponseMeta; bodyStart: number }> {
  if (file.length < 4) throw malformed()
  const prefix = await file.read(0, 4)
  const length = new DataView(prefix.buffer, prefix.byteOffset).getUint32(0)
  if (length > maxMetaLength || 4 + length > file.length) throw malformed()
  const meta: unknown = parseCanonicalObject(await file.read(4, length), { maxBytes: maxMetaLength })
  if (!isResponseMeta(meta)) throw malformed()
  return { meta, bodyStart: 4 + length }
}

/** The fields without which nothing can be done; the data plane's seal stands for the rest. */
function isResponseMeta(value: unknown): value is ResponseMeta {
  const meta = value as Partial<ResponseMeta>
  const known = meta.outcome === 'result' || meta.outcome === 'problem'
  return known && Number.isSafeInteger(meta.bodyLength) && (meta.bodyLength ?? -1) >= 0
}

async function* streamBody(
  read: (offset: number, length: number) => Promise<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < length; offset += pieceLength) {
    yield await read(offset, Math.min(pieceLength, length - offset))
  }
}

function malformed(): ClientError {
  return new ClientError(
    'response.malformed',
    'the data plane’s answer is not in the form it should have',
    'update this client or the server, whichever is older.',
  )
}
