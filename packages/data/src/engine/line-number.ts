/** Where in a part a row is, as a person counts lines. Only read when a row was refused. */
import { createReadStream } from 'node:fs'
import { makeByteCounter } from './byte-counter.ts'
import type { PartSeen } from './import-types.ts'
import type { RefusedRow } from './process/messages.ts'

const lineFeed = 10
const carriageReturn = 13

export type RecordRules = {
  /** Null where each line is a record. */
  readonly quote: string | null
  /** Whether blank lines are no records: so in CSV of several columns. */
  readonly skipsBlank: boolean
}

/** The 1-based line of the part where the row's record begins; 1 when nothing is known. */
export async function findLine(path: string, row: RefusedRow, rules: RecordRules): Promise<number> {
  if (row.offset !== null) return 1 + (await countLines(path, row.offset))
  if (row.rule === 'mixed_line_endings') return findOddLine(path, rules)
  if (row.record === null) return 1
  return rules.quote === null ? row.record : findRecordLine(path, row.record, rules)
}

/** The 1-based record of the part; 1 when nothing is known. */
export async function findRecord(path: string, row: RefusedRow, rules: RecordRules): Promise<number> {
  if (row.record !== null) return row.record
  const quote = rules.quote?.charCodeAt(0)
  let isQuoted = false
  let record = 1
  if (row.offset === null || row.offset === 0) return record
  for await (const chunk of createReadStream(path, { end: row.offset - 1 })) {
    for (const byte of chunk as Buffer) {
      if (byte === quote) isQuoted = !isQuoted
      else if (byte === lineFeed && !isQuoted) record += 1
    }
  }
  return record
}

/** Line feeds before the offset, or carriage returns in a file that has no line feed there. */
async function countLines(path: string, offset: number): Promise<number> {
  let feeds = 0
  let returns = 0
  if (offset === 0) return 0
  for await (const chunk of createReadStream(path, { end: offset - 1 })) {
    for (const byte of chunk as Buffer) {
      if (byte === lineFeed) feeds += 1
      else if (byte === carriageReturn) returns += 1
    }
  }
  return feeds > 0 ? feeds : returns
}

async function findRecordLine(path: string, record: number, rules: RecordRules): Promise<number> {
  const quote = rules.quote?.charCodeAt(0)
  const place = { records: 0, line: 1, start: 1, isQuoted: false, isBlank: true }
  for await (const chunk of createReadStream(path)) {
    for (const byte of chunk as Buffer) {
      if (byte === quote) place.isQuoted = !place.isQuoted
      if (byte !== lineFeed) {
        if (byte !== carriageReturn) place.isBlank = false
        continue
      }
      place.line += 1
      if (place.isQuoted) continue
      if (!place.isBlank || !rules.skipsBlank) place.records += 1
      if (place.records === record) return place.start
      place.start = place.line
      place.isBlank = true
    }
  }
  return place.start
}

/** The first line that ends otherwise than the first record does. */
async function findOddLine(path: string, rules: RecordRules): Promise<number> {
  const quote = rules.quote?.charCodeAt(0)
  let line = 1
  let isQuoted = false
  let previous = 0
  let withReturn: boolean | null = null
  for await (const chunk of createReadStream(path)) {
    for (const byte of chunk as Buffer) {
      if (byte === quote) isQuoted = !isQuoted
      if (byte === lineFeed) {
        const hasReturn = previous === carriageReturn
        if (!isQuoted) withReturn ??= hasReturn
        if (!isQuoted && withReturn !== hasReturn) return line
        line += 1
      }
      previous = byte
    }
  }
  return line
}

/** Reads a part that came without what its cutter saw. */
export async function lookAtPart(path: string): Promise<PartSeen> {
  const count = makeByteCounter()
  let lines = 0
  let offset = 0
  let nulAt: number | null = null
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = chunk as Buffer
    const counts = count(bytes, lineFeed)
    if (counts.hasZero) nulAt ??= offset + bytes.indexOf(0)
    lines += counts.lines
    offset += bytes.length
  }
  return { lines, nulAt }
}
