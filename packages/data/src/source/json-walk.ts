/** Follows a JSON document byte by byte up to the array that is wanted: keys, brackets and texts, nothing else. */
import { DataError } from '../errors.ts'

const [quote, backslash, comma, colon] = [34, 92, 44, 58]
const [openArray, closeArray, openObject, closeObject] = [91, 93, 123, 125]
const [space, tab, lineFeed, carriageReturn] = [32, 9, 10, 13]
const mostDepth = 500
const maxKeyBytes = 10_000

type Level = { readonly isArray: boolean; key: string | null; needsKey: boolean }

export class JsonWalk {
  readonly #wanted: readonly string[] | null
  readonly #levels: Level[] = []
  #found: readonly string[] | null = null
  #hasEnded = false
  /** An array has just begun that may be the one: its first item decides. */
  #isOpen = false
  #isQuoted = false
  #isEscaped = false
  #key: number[] | null = null

  /** `wanted`: the keys that lead to the array; null to find it. */
  constructor(wanted: readonly string[] | null) {
    this.#wanted = wanted
  }

  /** Keys that led to the array. */
  get found(): readonly string[] | null {
    return this.#found
  }

  /**
   * Takes one byte. @returns whether the array begins with it: its bracket, or its first item's.
   * @throws `import.json_malformed`, `import.json_ambiguous`, `import.json_many`
   */
  step(byte: number): boolean {
    if (this.#isQuoted) {
      this.#stepText(byte)
      return false
    }
    if (byte === space || byte === tab || byte === lineFeed || byte === carriageReturn) return false
    if (this.#hasEnded) throw byte === openObject ? many() : malformed()
    const mayBegin = this.#isOpen
    this.#isOpen = false
    if (mayBegin && byte === openObject) return this.#find(this.#leave())
    return this.#stepToken(byte)
  }

  /** @throws `import.json_malformed`, `import.json_no_rows` */
  finish(): void {
    if (this.#levels.length > 0 || this.#isQuoted) throw malformed()
    if (this.#found === null) throw noRows()
  }

  #stepToken(byte: number): boolean {
    const level = this.#levels.at(-1)
    if (byte === quote) {
      this.#isQuoted = true
      this.#key = level?.needsKey === true ? [] : null
      if (level === undefined) this.#hasEnded = true
    } else if (byte === openArray) return this.#openArray()
    else if (byte === openObject) this.#push({ isArray: false, key: null, needsKey: true })
    else if (byte === closeObject || byte === closeArray) this.#close(byte === closeArray)
    else if (byte === comma && level?.isArray === false) level.needsKey = true
    else if (byte === colon && level?.isArray === false) level.needsKey = false
    return false
  }

  #openArray(): boolean {
    const isInArray = this.#levels.some(({ isArray }) => isArray)
    const path = this.#levels.map(({ key }) => key ?? '')
    if (!isInArray && this.#wanted !== null && isSamePath(path, this.#wanted)) return this.#find(path)
    if (this.#wanted === null && path.length === 0) return this.#find(path)
    this.#push({ isArray: true, key: null, needsKey: false })
    this.#isOpen = this.#wanted === null && !isInArray
    return false
  }

  /** Takes the array's own level away: its end is seen by whoever reads its items. */
  #leave(): readonly string[] {
    this.#levels.pop()
    return this.#levels.map(({ key }) => key ?? '')
  }

  #find(path: readonly string[]): boolean {
    if (this.#found !== null) throw ambiguous()
    this.#found = path
    if (path.length === 0) this.#hasEnded = true
    return true
  }

  #push(level: Level): void {
    if (this.#levels.length >= mostDepth) throw malformed()
    this.#levels.push(level)
  }

  #close(isArray: boolean): void {
    if (this.#levels.pop()?.isArray !== isArray) throw malformed()
    if (this.#levels.length === 0) this.#hasEnded = true
  }

  #stepText(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === backslash) this.#isEscaped = true
    else if (byte === quote) {
      this.#isQuoted = false
      const level = this.#levels.at(-1)
      if (this.#key !== null && level !== undefined) level.key = parseKey(this.#key)
      this.#key = null
      return
    }
    if (this.#key !== null && this.#key.push(byte) > maxKeyBytes) throw malformed()
  }
}

function parseKey(bytes: readonly number[]): string {
  try {
    return JSON.parse(`"${Buffer.from(bytes).toString('utf8')}"`) as string
  } catch {
    throw malformed()
  }
}

function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index])
}

function malformed(): DataError {
  return new DataError(
    'import.json_malformed',
    'The file is not one whole JSON document.',
    'Check that it was written to its end.',
  )
}

function many(): DataError {
  return new DataError(
    'import.json_many',
    'The file holds more than one JSON document.',
    'Load it with --format ndjson if each line is one.',
  )
}

function ambiguous(): DataError {
  return new DataError(
    'import.json_ambiguous',
    'The document has more than one array of objects.',
    'Say which one is meant with --json-path, such as data.items.',
  )
}

function noRows(): DataError {
  return new DataError(
    'import.json_no_rows',
    'The document has no array of objects at that place.',
    'Say where it is with --json-path, such as data.items.',
  )
}
