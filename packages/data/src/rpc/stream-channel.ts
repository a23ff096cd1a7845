/** Whole messages over a byte stream: each is preceded by its length, u32be. */
import type { Duplex } from 'node:stream'

const most = 80 << 20

/** Sends one message; those of the same turn of the event loop leave with one system call. */
export function writeFramed(stream: Duplex, message: Buffer): void {
  if (!stream.writable) return
  const head = Buffer.allocUnsafe(4)
  head.writeUInt32BE(message.length, 0)
  if (stream.writableCorked === 0) {
    stream.cork()
    setImmediate(() => stream.uncork())
  }
  stream.write(head)
  stream.write(message)
}

/** Hands over each message that arrives. A message above 80 MiB destroys the stream. */
export function readFramed(stream: Duplex, receive: (message: Buffer) => void): void {
  let held: Buffer = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    held = drain(held, receive, () => stream.destroy())
  })
}

function drain(held: Buffer, receive: (message: Buffer) => void, refuse: () => void): Buffer {
  let at = 0
  while (held.length - at >= 4) {
    const length = held.readUInt32BE(at)
    if (length > most) refuse()
    if (length > most || held.length - at - 4 < length) break
    receive(held.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return held.subarray(at)
}
