/** PostgreSQL's binary form of one-dimensional arrays: many rows in one parameter, without text in between. */

const oids = { bytea: 17, int8: 20, text: 25, int2: 21 } as const

/** The binary form of `bytea[]` or `text[]`; a null element is NULL. */
export function encodeArray(type: 'bytea' | 'text', items: readonly (Uint8Array | string | null)[]): Buffer {
  const lengths = items.map((item) => (item === null ? -1 : Buffer.byteLength(item)))
  const size = lengths.reduce((sum, length) => sum + 4 + Math.max(length, 0), 20)
  const out = startArray(type, items.length, size, lengths.includes(-1))
  let at = 20
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i]
    const length = lengths[i] as number
    at = out.writeInt32BE(length, at)
    if (item === null || item === undefined) continue
    if (typeof item === 'string') out.write(item, at, length, 'utf8')
    else out.set(item, at)
    at += length
  }
  return out
}

/** The binary form of `int8[]`; a null element is NULL. */
export function encodeIntegers(items: readonly (number | null)[]): Buffer {
  const nulls = items.filter((item) => item === null).length
  const out = startArray('int8', items.length, 20 + items.length * 12 - nulls * 8, nulls > 0)
  let at = 20
  for (const item of items) {
    at = out.writeInt32BE(item === null ? -1 : 8, at)
    if (item !== null) at = out.writeBigInt64BE(BigInt(item), at)
  }
  return out
}

function startArray(type: keyof typeof oids, count: number, size: number, nulls: boolean): Buffer {
  const out = Buffer.allocUnsafe(size)
  out.writeInt32BE(1, 0)
  out.writeInt32BE(nulls ? 1 : 0, 4)
  out.writeInt32BE(oids[type], 8)
  out.writeInt32BE(count, 12)
  out.writeInt32BE(1, 16)
  return out
}
