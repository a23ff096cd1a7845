/** Frames of the link: u32be length of the JSON, the JSON, the body's bytes. */
import type { LinkFrame } from '@keyhold/contract'
import { failLink } from './errors.ts'

/** Most bytes of one WebSocket message: a request of 4 MiB and its JSON. */
export const frameLimit = (4 << 20) + (64 << 10)

const frameTypes: readonly unknown[] = ['call', 'reply', 'problem', 'note']
const emptyBody = Buffer.alloc(0)

/** One message. @throws `link.frame_too_large` */
export function encodeFrame(frame: LinkFrame, body: Uint8Array = emptyBody): Buffer {
  const text = JSON.stringify(frame)
  const length = Buffer.byteLength(text)
  if (4 + length + body.length > frameLimit) throw failLink('link.frame_too_large')
  const message = Buffer.allocUnsafe(4 + length + body.length)
  message.writeUInt32BE(length, 0)
  message.write(text, 4)
  message.set(body, 4 + length)
  return message
}

/** The frame of a message; its body shares the message's memory. @throws `link.frame_malformed` */
export function decodeFrame(message: Buffer): { frame: LinkFrame; body: Buffer } {
  if (message.length < 4) throw failLink('link.frame_malformed')
  const end = 4 + message.readUInt32BE(0)
  if (end > message.length) throw failLink('link.frame_malformed')
  return { frame: checkFrame(parseJson(message.toString('utf8', 4, end))), body: message.subarray(end) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw failLink('link.frame_malformed', { cause })
  }
}

function checkFrame(value: unknown): LinkFrame {
  if (typeof value !== 'object' || value === null) throw failLink('link.frame_malformed')
  const frame = value as Record<string, unknown>
  if (!frameTypes.includes(frame['t'])) throw failLink('link.frame_malformed')
  if (frame['t'] !== 'note' && !Number.isSafeInteger(frame['id'])) throw failLink('link.frame_malformed')
  if ((frame['t'] === 'call' || frame['t'] === 'note') && typeof frame['method'] !== 'string') {
    throw failLink('link.frame_malformed')
  }
  if (frame['t'] === 'problem' && !(typeof frame['code'] === 'string' && typeof frame['message'] === 'string')) {
    throw failLink('link.frame_malformed')
  }
  return value as LinkFrame
}
