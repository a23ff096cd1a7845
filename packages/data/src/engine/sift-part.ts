/** Takes the records that do not fit out of a part of text, and says what they were. Read only when rows were refused. */
import { readFile, writeFile } from 'node:fs/promises'
import type { QuarantinedRow } from './import-types.ts'
import type { RecordRules } from './line-number.ts'
import type { RefusedRow } from './process/messages.ts'

const lineFeed = 10
const carriageReturn = 13
/** Of a longer record only the beginning is kept. */
const maxKeptBytes = 1 << 20

/** A record that was taken out: where it stood among those before. Lines and records count from 1. */
type Cut = { readonly line: number; readonly lines: number; readonly record: number }

/** What was taken out of a part so far, each time from what the time before had left. */
export type Sifted = { readonly rounds: readonly (readonly Cut[])[] }

export const nothingSifted: Sifted = { rounds: [] }

type RecordSpan = { readonly start: number; readonly end: number; readonly line: number; readonly record: number }
export type Located = Omit<QuarantinedRow, 'line'> & { readonly line: number; readonly recordNumber: number }

/**
 * Rewrites the part in place without the refused records.
 * @returns null when a record's end cannot be told, as inside a quote that never closes.
 */
export async function siftPart(
  path: string,
  refused: readonly RefusedRow[],
  rules: RecordRules,
  sifted: Sifted,
): Promise<{ readonly rows: readonly Located[]; readonly sifted: Sifted } | null> {
  const bytes = await readFile(path)
  const spans = findSpans(bytes, refused, rules)
  if (spans === null) return null
  const rows = spans.map(({ span, row }) => ({
    line: findOriginal(sifted, span.line, 'line'),
    recordNumber: findOriginal(sifted, span.record, 'record'),
    rule: row.rule,
    column: row.column ?? null,
    record: readText(bytes, span),
  }))
  await writeFile(
    path,
    Buffer.concat(
      keepRest(
        bytes,
        spans.map(({ span }) => span),
      ),
    ),
  )
  const cuts = spans.map(({ span }) => ({ line: span.line, lines: countLines(bytes, span), record: span.record }))
  return { rows, sifted: { rounds: [...sifted.rounds, cuts] } }
}

/** The line or record of the part as it came, for one of the part as it is now. */
export function findOriginal({ rounds }: Sifted, now: number, by: 'line' | 'record'): number {
  let at = now
  for (const cuts of rounds.toReversed()) {
    for (const cut of cuts) if (at >= cut[by]) at += by === 'line' ? cut.lines : 1
  }
  return at
}

type Found = { readonly span: RecordSpan; readonly row: RefusedRow }

/** The spans of the refused records, in order; null when one is not there. */
function findSpans(bytes: Buffer, refused: readonly RefusedRow[], rules: RecordRules): readonly Found[] | null {
  const byRecord = new Map(refused.flatMap((row) => (row.record === null ? [] : [[row.record, row] as const])))
  const byOffset = refused.filter((row) => row.offset !== null).toSorted((a, b) => (a.offset ?? 0) - (b.offset ?? 0))
  const found: Found[] = []
  let next = 0
  for (const span of listRecords(bytes, rules)) {
    let row = byRecord.get(span.record)
    for (; (byOffset[next]?.offset ?? Infinity) < span.end; next += 1) row ??= byOffset[next]
    if (row !== undefined) found.push({ span, row })
    if (found.length >= refused.length) break
  }
  return found.length < refused.length ? null : found
}

/** Records that DuckDB counts: those of several columns are never blank lines. An open quote ends the list. */
function* listRecords(bytes: Buffer, { quote, skipsBlank }: RecordRules): Generator<RecordSpan> {
  const quoteByte = quote === null ? -1 : quote.charCodeAt(0)
  let [start, line, record, startLine] = [0, 1, 0, 1]
  let isQuoted = false
  let isBlank = true
  for (let at = 0; at <= bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === quoteByte) isQuoted = !isQuoted
    const isEnd = at === bytes.length
    if (isEnd && (at === start || isQuoted)) return
    if (!isEnd && byte !== lineFeed) {
      if (byte !== carriageReturn) isBlank = false
      continue
    }
    line += 1
    if (isQuoted) continue
    if (!isBlank || !skipsBlank) {
      record += 1
      yield { start, end: Math.min(at + 1, bytes.length), line: startLine, record }
    }
    start = at + 1
    startLine = line
    isBlank = true
  }
}

function readText(bytes: Buffer, { start, end }: RecordSpan): string {
  const kept = bytes.subarray(start, Math.min(end, start + maxKeptBytes))
  return kept
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n$/, '')
    .replaceAll('\0', '\uFFFD')
}

function keepRest(bytes: Buffer, spans: readonly RecordSpan[]): readonly Buffer[] {
  const kept: Buffer[] = []
  let at = 0
  for (const { start, end } of spans) {
    kept.push(bytes.subarray(at, start))
    at = end
  }
  return [...kept, bytes.subarray(at)]
}

function countLines(bytes: Buffer, { start, end }: RecordSpan): number {
  let lines = 0
  for (let at = bytes.indexOf(lineFeed, start); at >= 0 && at < end; at = bytes.indexOf(lineFeed, at + 1)) lines += 1
  return lines
}
