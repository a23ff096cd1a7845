/**
 * The search for planted values. Compressed or encoded bytes hide a value from a plain search, so every layer is undone
 * first: gzip, zlib, zstd, Parquet, hex, base64, UTF-16. A search that finds
 * nothing is worth something only after it has found everything in an unsealed copy: see `search.test.ts`.
 */
import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

/** A planted value that was found, and through which layers. */
export type Finding = { value: string; place: string; layers: string[] }

const deepest = 4

type Layer = { name: string; open: (bytes: Buffer) => Promise<Buffer[]> | Buffer[] }

/** Decompressors are tried where their magic bytes stand, at the start or inside a longer file. */
const magics: readonly { name: string; magic: Buffer; open: (bytes: Buffer) => Buffer }[] = [
  { name: 'gzip', magic: Buffer.from([0x1f, 0x8b, 0x08]), open: (bytes) => gunzipSync(bytes, partial) },
  { name: 'zlib', magic: Buffer.from([0x78, 0x9c]), open: (bytes) => inflateSync(bytes, partial) },
  { name: 'zlib', magic: Buffer.from([0x78, 0x01]), open: (bytes) => inflateSync(bytes, partial) },
  { name: 'zlib', magic: Buffer.from([0x78, 0xda]), open: (bytes) => inflateSync(bytes, partial) },
  {
    name: 'zstd',
    magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
    open: (bytes) => zstdDecompressSync(bytes, partialZstd),
  },
]
const partial = { finishFlush: 2, maxOutputLength: 1 << 28 } as const
const partialZstd = { maxOutputLength: 1 << 28 } as const

const layers: readonly Layer[] = [
  ...magics.map(({ name, magic, open }) => ({ name, open: (bytes: Buffer) => openAtMagics(bytes, magic, open) })),
  { name: 'parquet', open: openParquet },
  { name: 'hex', open: openHex },
  { name: 'base64', open: openBase64 },
]

function openAtMagics(bytes: Buffer, magic: Buffer, open: (bytes: Buffer) => Buffer): Buffer[] {
  const opened: Buffer[] = []
  for (
    let at = bytes.indexOf(magic), tries = 0;
    at >= 0 && tries < 2000;
    at = bytes.indexOf(magic, at + 1), tries += 1
  ) {
    try {
      const inside = open(bytes.subarray(at))
      if (inside.length > 0) opened.push(inside)
    } catch {
      // Chance hits of two or three bytes are common in ciphertext; they do not decompress.
    }
  }
  return opened
}

async function openParquet(bytes: Buffer): Promise<Buffer[]> {
  if (bytes.length < 12 || bytes.subarray(0, 4).toString('latin1') !== 'PAR1') return []
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  try {
    const rows = await parquetReadObjects({ file, compressors })
    return [
      Buffer.from(JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))),
    ]
  } catch {
    return []
  }
}

function openHex(bytes: Buffer): Buffer[] {
  return runsOf(bytes, /[0-9a-f]{16,}/gi).map((run) => Buffer.from(run.length % 2 === 0 ? run : run.slice(1), 'hex'))
}

function openBase64(bytes: Buffer): Buffer[] {
  // A value can begin at any of four places of the alphabet's groups.
  return runsOf(bytes, /[A-Za-z0-9+/_-]{12,}/g).flatMap((run) =>
    [0, 1, 2, 3].map((shift) => Buffer.from(run.slice(shift), 'base64url')),
  )
}

function runsOf(bytes: Buffer, pattern: RegExp): string[] {
  return bytes.toString('latin1').match(pattern) ?? []
}

/** Zero bytes between runs: a decompressor stops at them quietly, where other bytes would make it fail. */
function joinRuns(runs: Buffer[]): Buffer {
  return Buffer.concat(runs.flatMap((run) => [run, Buffer.alloc(8)]))
}

function encodings(value: string): Buffer[] {
  return [Buffer.from(value, 'utf8'), Buffer.from(value, 'utf16le'), Buffer.from(value, 'utf16le').swap16()]
}

/**
 * Looks for each value in the bytes, through up to four layers of compression and encoding.
 * `place` names the bytes in what is found. Each value is reported once a place.
 */
export async function searchBytes(bytes: Buffer, values: readonly string[], place: string): Promise<Finding[]> {
  const found = new Map<string, Finding>()
  await searchLayer(bytes, values, place, [], found)
  return [...found.values()]
}

async function searchLayer(
  bytes: Buffer,
  values: readonly string[],
  place: string,
  path: string[],
  found: Map<string, Finding>,
): Promise<void> {
  for (const value of values) {
    if (found.has(value)) continue
    if (encodings(value).some((encoded) => bytes.includes(encoded))) found.set(value, { value, place, layers: path })
  }
  if (path.length >= deepest || found.size === values.length) return
  for (const layer of layers) {
    // The same text encoding twice over is not looked for: it would only multiply the work on chance runs.
    if (path.at(-1) === layer.name || (layer.name === 'hex' && path.includes('base64'))) continue
    const opened = await layer.open(bytes)
    const joined = layer.name === 'hex' || layer.name === 'base64' ? [joinRuns(opened)] : opened
    for (const inside of joined) {
      if (inside.length >= 4) await searchLayer(inside, values, place, [...path, layer.name], found)
    }
  }
}
