/** The answer to a sealed request: sealed under the same conversation, its length padded by Padmé. */
import { randomUUIDv7 } from 'node:crypto'
import type { ResponseMeta } from '@keyhold/contract'
import { encodeCanonical, padmeLength, sealedLength, type Conversation, type RequestReference } from '@keyhold/sealed'
import { createResponseSealer, sealResponse } from '@keyhold/sealed/seal'

export type Reply = { readonly meta: ResponseMeta; readonly body: Uint8Array | AsyncIterable<Uint8Array> }
export type SealedReply = { readonly length: number; readonly chunks: AsyncIterable<Uint8Array> }

const padding = new Uint8Array(1 << 16)

/** Seals as it is read, so that a large result is never whole in memory. */
export async function sealReply(
  conversation: Conversation,
  request: RequestReference,
  place: { organisation: string; project: string },
  reply: Reply,
): Promise<SealedReply> {
  const header = { ...place, table: null, file: randomUUIDv7(), version: 1 }
  const sealer = await createResponseSealer(conversation, request, header)
  const head = encodeHead(reply.meta)
  const length = head.length + reply.meta.bodyLength
  const padded = padmeLength(length)
  return {
    length: sealer.head.length + sealedLength(padded),
    chunks: sealChunks(sealer, head, reply.body, padded - length),
  }
}

/** A whole small reply at once: four times cheaper than as a stream, which keeps a segment's worth of buffer. */
export async function sealSmallReply(
  conversation: Conversation,
  request: RequestReference,
  place: { organisation: string; project: string },
  meta: ResponseMeta,
  body: Uint8Array,
): Promise<Uint8Array> {
  const header = { ...place, table: null, file: randomUUIDv7(), version: 1 }
  const head = encodeHead(meta)
  const plaintext = Buffer.alloc(padmeLength(head.length + body.length))
  plaintext.set(head)
  plaintext.set(body, head.length)
  return sealResponse(conversation, request, header, plaintext)
}

/** All chunks as one buffer. */
export async function collect({ length, chunks }: SealedReply): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(length)
  let at = 0
  for await (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole.subarray(0, at)
}

async function* sealChunks(
  sealer: Awaited<ReturnType<typeof createResponseSealer>>,
  head: Uint8Array,
  body: Reply['body'],
  pad: number,
): AsyncGenerator<Uint8Array> {
  yield sealer.head
  for await (const plaintext of plainChunks(head, body, pad)) {
    for (const segment of await sealer.push(plaintext)) yield* segment
  }
  for (const segment of await sealer.finish()) yield* segment
}

async function* plainChunks(head: Uint8Array, body: Reply['body'], pad: number): AsyncGenerator<Uint8Array> {
  yield head
  if (body instanceof Uint8Array) yield body
  else yield* body
  for (let left = pad; left > 0; left -= padding.length) yield padding.subarray(0, Math.min(left, padding.length))
}

/** u32be length of the meta, its canonical JSON. */
function encodeHead(meta: ResponseMeta): Uint8Array {
  const json = encodeCanonical(meta)
  const head = Buffer.allocUnsafe(4 + json.length)
  head.writeUInt32BE(json.length, 0)
  head.set(json, 4)
  return head
}
