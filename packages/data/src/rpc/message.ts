/** A message of the link and of project processes: u32be length of the JSON, the JSON (a LinkFrame), the body. */
import type { LinkFrame } from '@keyhold/contract'
import { DataError } from '../errors.ts'

export type Message = { readonly frame: LinkFrame; readonly body: Uint8Array }

const empty = new Uint8Array(0)

/** One contiguous buffer. */
export function encodeMessage(frame: LinkFrame, body: Uint8Array = empty): Buffer {
  const json = Buffer.from(JSON.stringify(frame))
  const message = Buffer.allocUnsafe(4 + json.length + body.length)
  message.writeUInt32BE(json.length, 0)
  message.set(json, 4)
  message.set(body, 4 + json.length)
  return message
}

/** The body is a view into `bytes`. @throws `link.malformed` */
export function decodeMessage(bytes: Buffer): Message {
  const length = bytes.length >= 4 ? bytes.readUInt32BE(0) : -1
  if (length < 2 || 4 + length > bytes.length) throw malformed()
  const frame = parseFrame(bytes.toString('utf8', 4, 4 + length))
  return { frame, body: bytes.subarray(4 + length) }
}

function parseFrame(text: string): LinkFrame {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    throw malformed()
  }
  if (!isFrame(frame)) throw malformed()
  return frame
}

function isFrame(value: unknown): value is LinkFrame {
  if (typeof value !== 'object' || value === null || !('t' in value)) return false
  const frame = value as Partial<Record<string, unknown>>
  if (frame['t'] === 'note') return typeof frame['method'] === 'string'
  if (!Number.isSafeInteger(frame['id'])) return false
  if (frame['t'] === 'call') return typeof frame['method'] === 'string'
  if (frame['t'] === 'problem') return typeof frame['code'] === 'string' && typeof frame['message'] === 'string'
  return frame['t'] === 'reply'
}

function malformed(): DataError {
  return new DataError('link.malformed', 'A message of the link is malformed.', 'Run the same version on both planes.')
}
