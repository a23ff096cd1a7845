/** Frames on a byte stream: 32-bit big-endian length, then that many bytes of JSON. */
const maxFrameBytes = 16 << 20

/** @throws RangeError when the value is longer than a frame may be. */
export function encodeFrame(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value))
  if (body.length > maxFrameBytes) throw new RangeError('The frame is too long')
  const frame = Buffer.allocUnsafe(4 + body.length)
  frame.writeUInt32BE(body.length)
  body.copy(frame, 4)
  return frame
}

/** Collects chunks of any size and gives whole frames. @throws RangeError on a length out of bounds. */
export class FrameReader {
  #pending: Buffer[] = []
  #size = 0

  push(chunk: Buffer): unknown[] {
    this.#pending.push(chunk)
    this.#size += chunk.length
    const frames: unknown[] = []
    for (let body = this.#takeFrame(); body !== null; body = this.#takeFrame()) frames.push(JSON.parse(body.toString()))
    return frames
  }

  #takeFrame(): Buffer | null {
    if (this.#size < 4) return null
    const first = this.#pending[0]
    if (this.#pending.length > 1 && first !== undefined && first.length < 4) this.#join()
    const length = this.#pending[0]?.readUInt32BE(0) ?? 0
    if (length > maxFrameBytes) throw new RangeError('The frame is too long')
    if (this.#size < 4 + length) return null
    const all = this.#join()
    this.#pending = all.length > 4 + length ? [all.subarray(4 + length)] : []
    this.#size -= 4 + length
    return all.subarray(4, 4 + length)
  }

  #join(): Buffer {
    const all = this.#pending.length === 1 && this.#pending[0] ? this.#pending[0] : Buffer.concat(this.#pending)
    this.#pending = [all]
    return all
  }
}
