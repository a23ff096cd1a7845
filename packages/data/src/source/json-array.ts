/**
 * A JSON document as NDJSON, as a stream: the items of one array, each on a line of its own. The array is the document
 * itself, the one at a given path, or else the only array of objects that stands in no other array. Whether the items are
 * JSON is for whoever reads the lines.
 */
import { DataError } from '../errors.ts'
import { JsonWalk } from './json-walk.ts'

type Bytes<R> = AsyncGenerator<Uint8Array, R>

const [quote, backslash, comma] = [34, 92, 44]
const [openArray, closeArray, openObject, closeObject] = [91, 93, 123, 125]
const [space, tab, lineFeed, carriageReturn] = [32, 9, 10, 13]

/** `found.path` tells where the array was; the empty text is the document itself. @throws `import.json_` codes */
export async function* splitJsonArray<R>(
  source: Bytes<R>,
  given: string | undefined,
  found: { path: string | null },
): Bytes<R> {
  const splitter = new ArraySplitter(given)
  for (;;) {
    const next = await source.next()
    if (next.done) {
      splitter.finish()
      return next.value
    }
    const lines = splitter.push(next.value)
    found.path = splitter.path
    if (lines.length > 0) yield lines
  }
}

/** Where the splitter is: outside of the array, between its items, or in one. */
type Place = 'outside' | 'between' | 'item'

class ArraySplitter {
  readonly #walk: JsonWalk
  #place: Place = 'outside'
  #isFirst = true
  /** A comma was the last. */
  #needsItem = false
  #hasItem = false
  #depth = 0
  #isQuoted = false
  #isEscaped = false

  constructor(given: string | undefined) {
    this.#walk = new JsonWalk(given === undefined ? null : parsePath(given))
  }

  get path(): string | null {
    return this.#walk.found?.join('.') ?? null
  }

  /** The lines, or parts of them, that this chunk completes. */
  push(chunk: Uint8Array): Uint8Array {
    const out = Buffer.allocUnsafe(chunk.length + 1)
    let [at, length] = [this.#isFirst && startsWithMark(chunk) ? 3 : 0, 0]
    this.#isFirst = false
    while (at < chunk.length) {
      if (this.#place === 'item') {
        const end = this.#findItemEnd(chunk, at)
        length = copyLine(chunk, at, end, out, length)
        at = end
        if (at < chunk.length) out[length++] = lineFeed
        if (at < chunk.length) this.#place = 'between'
        continue
      }
      // The first byte of an item is its own.
      if (!this.#beginsItem(chunk[at] ?? 0)) at += 1
    }
    return out.subarray(0, length)
  }

  /** @throws `import.json_malformed`, `import.json_no_rows` */
  finish(): void {
    if (this.#place !== 'outside') throw malformed()
    this.#walk.finish()
  }

  #beginsItem(byte: number): boolean {
    if (this.#place === 'between') return this.#stepBetween(byte)
    if (!this.#walk.step(byte)) return false
    // An array that was found by its first item begins with it.
    this.#place = byte === openArray ? 'between' : 'item'
    this.#hasItem = this.#place === 'item'
    this.#depth = 0
    return this.#place === 'item'
  }

  #stepBetween(byte: number): boolean {
    if (byte === space || byte === tab || byte === lineFeed || byte === carriageReturn) return false
    if (byte === closeArray) {
      if (this.#needsItem) throw malformed()
      this.#place = 'outside'
    } else if (byte === comma) {
      if (this.#needsItem || !this.#hasItem) throw malformed()
      this.#needsItem = true
    } else {
      this.#place = 'item'
      this.#needsItem = false
      this.#hasItem = true
    }
    return this.#place === 'item'
  }

  /** The offset of the comma or bracket behind the item, or the chunk's length when it goes on. */
  #findItemEnd(chunk: Uint8Array, start: number): number {
    let [depth, isQuoted, isEscaped] = [this.#depth, this.#isQuoted, this.#isEscaped]
    let at = start
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (isQuoted) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) isQuoted = false
      } else if (byte === quote) isQuoted = true
      else if (byte === openObject || byte === openArray) depth += 1
      else if (depth === 0 && (byte === comma || byte === closeArray)) break
      else if (byte === closeObject || byte === closeArray) depth -= 1
    }
    this.#depth = depth
    this.#isQuoted = isQuoted
    this.#isEscaped = isEscaped
    return at
  }
}

/** Line ends between values become blanks; inside a text they are not JSON, and stay for its line to be refused. */
function copyLine(from: Uint8Array, start: number, end: number, to: Buffer, at: number): number {
  to.set(from.subarray(start, end), at)
  const length = at + end - start
  for (let found = to.indexOf(lineFeed, at); found >= 0 && found < length; found = to.indexOf(lineFeed, found + 1)) {
    to[found] = space
  }
  return length
}

const startsWithMark = (chunk: Uint8Array): boolean => chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf

function parsePath(text: string): readonly string[] {
  const path = text.replace(/^\$\.?/, '')
  return path === '' ? [] : path.split('.')
}

function malformed(): DataError {
  return new DataError(
    'import.json_malformed',
    'The file is not one whole JSON document.',
    'Check that it was written to its end.',
  )
}
