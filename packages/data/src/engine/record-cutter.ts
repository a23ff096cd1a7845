/** Finds where records end in a stream of CSV (RFC 4180) or NDJSON, so that it can be cut into parts. */
import { makeByteCounter, type ByteCounts } from './byte-counter.ts'
import { makeEngineError } from './errors.ts'

const lineFeed = 10
/** The longest record that an import takes. */
const maxRecordBytes = 8 << 20

export type CutterOptions = {
  /** One ASCII character, or null when line ends count everywhere (NDJSON). */
  readonly quote: string | null
  /** One ASCII character, when it is not the quote itself. */
  readonly escape?: string
}

/**
 * Sees every byte of a stream once, in order, in chunks of any size. A line feed ends a record when the quotes before it
 * are even in number: a doubled quote leaves a quoted field and enters it again, which comes to the same.
 */
export class RecordCutter {
  readonly #quote: number | null
  readonly #escape: number | null
  readonly #count = makeByteCounter()
  #bytes = 0
  #lines = 0
  #isQuoted = false
  #isEscaped = false
  #lastEnd = 0
  #linesAtCut = 0
  #nulAt: number | null = null

  constructor(options: CutterOptions) {
    this.#quote = options.quote === null ? null : options.quote.charCodeAt(0)
    const hasEscape = options.escape !== undefined && options.escape !== options.quote && this.#quote !== null
    this.#escape = hasEscape ? (options.escape?.charCodeAt(0) ?? null) : null
  }

  /** Line feeds of the stream up to the last cut that {@link push} gave. */
  get linesAtCut(): number {
    return this.#linesAtCut
  }

  /** Line feeds of the whole stream so far. */
  get lines(): number {
    return this.#lines
  }

  /** Byte of the stream's first NUL, or null. */
  get nulAt(): number | null {
    return this.#nulAt
  }

  /**
   * @returns the offset just behind the last record that ends in this chunk; 0 when none does.
   * @throws EngineError `import.bad_row` (`record_too_long`, `unterminated_quote`) when no record ends for 8 MiB.
   */
  push(chunk: Uint8Array): number {
    const counts = this.#count(chunk, this.#quote ?? lineFeed)
    if (counts.hasZero && this.#nulAt === null) this.#nulAt = this.#bytes + chunk.indexOf(0)
    const cut = this.#findCut(chunk, counts)
    if (cut > 0) {
      this.#lastEnd = this.#bytes + cut
      this.#linesAtCut = this.#lines + counts.lines - this.#count(chunk.subarray(cut), lineFeed).lines
    }
    this.#bytes += chunk.length
    this.#lines += counts.lines
    if (this.#bytes - this.#lastEnd > maxRecordBytes) throw this.#refuse()
    return cut
  }

  /** Call at the end of the stream. @throws EngineError `import.bad_row` when a quote is still open. */
  finish(): void {
    if (this.#isQuoted) throw this.#refuse()
  }

  #refuse(): Error {
    const rule = this.#isQuoted ? 'unterminated_quote' : 'record_too_long'
    return makeEngineError('import.bad_row', { badRow: { line: this.#linesAtCut + 1, rule } })
  }

  #findCut(chunk: Uint8Array, counts: ByteCounts): number {
    if (this.#quote === null) return chunk.lastIndexOf(lineFeed) + 1
    if (this.#escape !== null) return this.#findCutByStates(chunk, this.#quote, this.#escape)
    if (counts.quotes % 2 === 1) this.#isQuoted = !this.#isQuoted
    return findLastEnd(chunk, this.#quote, this.#isQuoted)
  }

  /** With an escape of its own, a quote counts only when the byte before does not take it away. */
  #findCutByStates(chunk: Uint8Array, quote: number, escape: number): number {
    let cut = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === escape && this.#isQuoted) this.#isEscaped = true
      else if (byte === quote) this.#isQuoted = !this.#isQuoted
      else if (byte === lineFeed && !this.#isQuoted) cut = at + 1
    }
    return cut
  }
}

/** Walks back from the chunk's end, whose state is known, to the last line feed outside quotes: mostly one record. */
function findLastEnd(chunk: Uint8Array, quote: number, quotedAtEnd: boolean): number {
  let isQuoted = quotedAtEnd
  for (let at = chunk.length - 1; at >= 0; at -= 1) {
    const byte = chunk[at]
    if (byte === quote) isQuoted = !isQuoted
    else if (byte === lineFeed && !isQuoted) return at + 1
  }
  return 0
}
