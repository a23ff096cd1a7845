/** The start of a CSV part, read plainly: enough to choose a delimiter, and to name columns when DuckDB cannot. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import type { CsvDialect } from './messages.ts'

const headBytes = 256 << 10
const candidates = [',', ';', '\t', '|'] as const

/** The first bytes of the part as text, without a byte order mark. */
export function readHead(path: string): { readonly text: string; readonly isWhole: boolean } {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(headBytes)
    const length = readSync(file, bytes)
    return { text: bytes.toString('utf8', 0, length).replace(/^\uFEFF/, ''), isWhole: length < headBytes }
  } finally {
    closeSync(file)
  }
}

/** The candidate that stands most often outside quotes in the first record; a comma when none does. */
export function chooseDelimiter(head: string, quote: string): string {
  const counts = candidates.map((candidate) => splitRecord(head, candidate, quote).length)
  return candidates[counts.indexOf(Math.max(...counts))] ?? ','
}

/** Fields of the first record that is not blank (RFC 4180, section 2). */
export function splitRecord(head: string, delimiter: string, quote: string): string[] {
  const text = head.replace(/^[\r\n]+/, '')
  const fields: string[] = ['']
  let isQuoted = false
  for (const character of text) {
    if (character === quote) isQuoted = !isQuoted
    else if (!isQuoted && (character === '\n' || character === '\r')) break
    else if (!isQuoted && character === delimiter) fields.push('')
    else fields[fields.length - 1] += character
  }
  return fields
}

/** Column names for the first record: its fields where it is a header, made unique; else by position. */
export function nameColumns(fields: readonly string[], isHeader: boolean): string[] {
  const taken = new Set<string>()
  return fields.map((field, index) => {
    const wanted = isHeader && field.trim() !== '' ? field.trim() : `column${index}`
    let name = wanted
    for (let count = 1; taken.has(name.toLowerCase()); count += 1) name = `${wanted}_${count}`
    taken.add(name.toLowerCase())
    return name
  })
}

/** How the first record ends. */
export function findNewline(head: string, quote: string): CsvDialect['newline'] {
  let isQuoted = false
  for (let at = 0; at < head.length; at += 1) {
    const character = head[at]
    if (character === quote) isQuoted = !isQuoted
    if (isQuoted || (character !== '\n' && character !== '\r')) continue
    if (character === '\n') return '\n'
    return head[at + 1] === '\n' ? '\r\n' : '\r'
  }
  return '\n'
}

/**
 * DuckDB 1.5 takes the first line break of a file for all, even one inside quotes, and misreads CRLF when told of it. A
 * part of a CRLF file whose first break is another gets a line of its own before it.
 * @returns whether the part needs that.
 */
export function misleads(head: string, newline: CsvDialect['newline']): boolean {
  if (newline !== '\r\n') return false
  const first = /\r\n|\r|\n/.exec(head)?.[0]
  return first !== undefined && first !== '\r\n'
}

/** What is put before such a part: it counts as its header. */
export const leadingLine = 'x\r\n'

/** Copies a part behind {@link leadingLine}, without a byte order mark. */
export function copyBehindLine(from: string, to: string): void {
  const source = openSync(from, 'r')
  const target = openSync(to, 'w', 0o600)
  try {
    writeSync(target, leadingLine)
    const buffer = Buffer.allocUnsafe(1 << 20)
    let start = readSync(source, buffer, 0, 3, 0) === 3 && buffer.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0
    for (let length = -1; length !== 0; start += length) {
      length = readSync(source, buffer, 0, buffer.length, start)
      for (let done = 0; done < length;) done += writeSync(target, buffer, done, length - done)
    }
  } finally {
    closeSync(source)
    closeSync(target)
  }
}
