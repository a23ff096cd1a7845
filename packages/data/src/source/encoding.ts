/**
 * The encoding of a text, and the text as UTF-8, as a stream. UTF-8 passes as it is and costs a look for bytes above 127
 * until the first one. Nothing is guessed but UTF-16 by its byte order mark or its zeros, and Windows-1252; where another
 * code page is likelier, the file is refused with a remedy. The chosen encoding is told in the report.
 */
import { isAscii, isUtf8 } from 'node:buffer'
import { analyse } from 'chardet'
import { DataError } from '../errors.ts'

/** `label` is of the WHATWG Encoding standard. */
export type EncodingSeen = (label: string) => void
type Bytes<R> = AsyncGenerator<Uint8Array, R>

const guessed = 'windows-1252'
/** Names for what differs from Windows-1252 in no letter that statistics could tell. */
const western = new Set(['ISO-8859-1', 'ISO-8859-9', 'windows-1252', 'windows-1254'])
/** Below, the statistics have seen too little to say anything. */
const leastConfidence = 20
const sampleBytes = 64 << 10
const lineFeed = 10

/** @throws `import.unknown_encoding` for a label that is none */
export function checkEncoding(label: string): string {
  try {
    return new TextDecoder(label).encoding
  } catch (cause) {
    throw new DataError(
      'import.unknown_encoding',
      'There is no encoding of this name.',
      'Give one such as utf-8, utf-16le, windows-1252, iso-8859-2 or shift_jis.',
      { cause },
    )
  }
}

/** @throws `import.bad_encoding` at bytes that the given encoding does not have, `import.encoding_unclear` */
export async function* transcode<R>(source: Bytes<R>, given: string | undefined, onSeen: EncodingSeen): Bytes<R> {
  const first = await source.next()
  if (first.done) return first.value
  const label = given === undefined ? detectUtf16(first.value) : checkEncoding(given)
  const all = prepend(first.value, source)
  if (label === undefined) return yield* decodeOnDemand(all, onSeen)
  onSeen(label)
  return label === 'utf-8' ? yield* all : yield* decode(all, label)
}

/** By its byte order mark, or as in ASCII text every other byte is zero. */
function detectUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const length = Math.min(bytes.length, 2048) & ~1
  let [even, odd] = [0, 0]
  for (let at = 0; at < length; at += 2) {
    if (bytes[at] === 0) even += 1
    if (bytes[at + 1] === 0) odd += 1
  }
  if (length < 4 || Math.max(even, odd) * 10 < length * 4 || Math.min(even, odd) * 100 > length) return undefined
  return odd > even ? 'utf-16le' : 'utf-16be'
}

/** ASCII is the same in UTF-8 and Windows-1252: which it is can be decided at the first byte above 127. */
async function* decodeOnDemand<R>(source: Bytes<R>, onSeen: EncodingSeen): Bytes<R> {
  let label = 'utf-8'
  onSeen(label)
  let isOpen = true
  for (;;) {
    const next = await source.next()
    if (next.done) return next.value
    if (isOpen && !isAscii(next.value)) {
      isOpen = false
      label = judge(next.value)
      if (label !== 'utf-8') {
        onSeen(label)
        return yield* decode(prepend(next.value, source), label)
      }
    }
    yield next.value
  }
}

/** UTF-8 where it mostly is, though a byte of it may be wrong: its row is then refused. @throws `import.encoding_unclear` */
function judge(chunk: Uint8Array): string {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
  if (isUtf8(bytes.subarray(0, bytes.length - countOpenTail(bytes)))) return 'utf-8'
  const { sequences, strays } = countSequences(bytes)
  if (sequences >= strays) return 'utf-8'
  const first = bytes.findIndex((byte) => byte > 127)
  const sample = bytes.subarray(Math.max(0, first - 1024), first + sampleBytes)
  if (!looksWestern(sample) || !isLikeliest(sample)) throw unclear()
  return guessed
}

/** Bytes at the end that begin a sequence which the next chunk ends. */
function countOpenTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return lengthOfSequence(byte) > back ? back : 0
  }
  return 0
}

function lengthOfSequence(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 1
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
}

function countSequences(bytes: Uint8Array): { sequences: number; strays: number } {
  let [sequences, strays] = [0, 0]
  for (let at = 0; at < bytes.length; at += 1) {
    if ((bytes[at] ?? 0) < 0x80) continue
    const length = lengthOfSequence(bytes[at] ?? 0)
    const isWhole = length > 1 && isUtf8(bytes.subarray(at, at + length))
    if (isWhole) sequences += 1
    else strays += 1
    if (isWhole) at += length - 1
  }
  return { sequences, strays }
}

const isLetter = (byte: number): boolean => (byte | 32) >= 97 && (byte | 32) <= 122
/** Letters of Windows-1252 above 127. */
const isHighLetter = (byte: number): boolean =>
  (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7) || [0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f].includes(byte)
const undefinedBytes = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d])

/** In Western text accented letters stand alone or in pairs, and no sign stands inside a word. */
function looksWestern(bytes: Uint8Array): boolean {
  let [high, odd, run] = [0, 0, 0]
  for (const [at, byte] of bytes.entries()) {
    if (byte < 0x80) {
      run = 0
      continue
    }
    if (undefinedBytes.has(byte)) return false
    high += 1
    run = isHighLetter(byte) ? run + 1 : 0
    const isInWord = isLetter(bytes[at - 1] ?? 0) && isLetter(bytes[at + 1] ?? 0)
    const isSign = byte >= 0xa0 && !isHighLetter(byte)
    if (run >= 3 || (isSign && isInWord)) odd += 1
  }
  return odd * 4 < high
}

/** Whether letter statistics know no likelier encoding, by the lines that have something to say. */
function isLikeliest(bytes: Buffer): boolean {
  const lines = bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => /[\x80-\xff]/.test(line))
  const matches = analyse(Buffer.from(lines.join('\n'), 'latin1'))
  const confidence = (isWanted: (name: string) => boolean) =>
    Math.max(0, ...matches.filter(({ name }) => isWanted(name)).map((match) => match.confidence))
  const other = confidence((name) => !western.has(name))
  return other < leastConfidence || other <= confidence((name) => western.has(name))
}

async function* decode<R>(source: Bytes<R>, label: string): Bytes<R> {
  const decoder = new TextDecoder(label, { fatal: true })
  let lines = 0
  for (;;) {
    const next = await source.next()
    try {
      const text = next.done ? decoder.decode() : decoder.decode(next.value, { stream: true })
      if (text !== '') yield Buffer.from(text)
    } catch (cause) {
      throw badEncoding(lines + 1, cause)
    }
    if (next.done) return next.value
    lines += countLines(next.value)
  }
}

function countLines(bytes: Uint8Array): number {
  let lines = 0
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines += 1
  return lines
}

async function* prepend<R>(first: Uint8Array, rest: Bytes<R>): Bytes<R> {
  yield first
  return yield* rest
}

function badEncoding(line: number, cause: unknown): DataError {
  return new DataError(
    'import.bad_encoding',
    `The file is not in the encoding given: it breaks at or after line ${line}.`,
    'Give another with --encoding, or save the file as UTF-8.',
    { cause },
  )
}

function unclear(): DataError {
  return new DataError(
    'import.encoding_unclear',
    'The file is not UTF-8, and its encoding cannot be told for certain.',
    'Give it with --encoding, such as windows-1250, iso-8859-2 or shift_jis, or save the file as UTF-8.',
  )
}
