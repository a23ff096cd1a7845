/** Reads a CSV stream's head, takes away what stands above the table, and passes the rest on untouched. */
import { DataError } from '../errors.ts'
import { findLayout, joinHeaders, readRecords, type CsvLayout } from './csv-layout.ts'

type Bytes<R> = AsyncGenerator<Uint8Array, R>

export type CsvHeadOptions = {
  readonly delimiter?: string | undefined
  readonly quote: string
  readonly header: boolean
  readonly headerRows: number
  readonly skipLines?: number | undefined
}

export type CsvHead<R> = {
  readonly stream: Bytes<R>
  readonly delimiter: string
  readonly skippedLines: number
  /** Lines of the source for which the stream has none. */
  readonly linesBefore: number
}

const headBytes = 256 << 10

/** @throws `import.no_header` when the header rows do not stand within the first 256 KiB */
export async function openCsvHead<R>(source: Bytes<R>, options: CsvHeadOptions): Promise<CsvHead<R>> {
  const { chunks, end } = await readHead(source)
  const head = Buffer.concat(chunks)
  const isWhole = end !== undefined
  const mark = head.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0
  // One character a byte: an offset in the text is one in the bytes, whatever they are.
  const text = head.toString('latin1', mark)
  const { quote, skipLines } = options
  const layout = findLayout(text, isWhole, { quote, delimiter: options.delimiter, skip: skipLines })
  const rest = (from: number) => passOn(from === 0 ? chunks : [head.subarray(mark + from)], end, source)
  const { delimiter, skippedLines } = layout
  const plain = { delimiter, skippedLines, linesBefore: skippedLines }
  if (!options.header || options.headerRows === 1) return { ...plain, stream: rest(layout.start) }
  const { rows, lines, offset } = takeHeader(text, layout, options, isWhole)
  const header = Buffer.from(joinHeaders(rows, delimiter, quote), 'latin1')
  const after = [header, head.subarray(mark + offset)]
  return { ...plain, linesBefore: skippedLines + lines - 1, stream: passOn(after, end, source) }
}

function takeHeader(text: string, { start, delimiter }: CsvLayout, options: CsvHeadOptions, isWhole: boolean) {
  const records = readRecords(text.slice(start), { delimiter, quote: options.quote, isWhole }, options.headerRows)
  const last = records.at(-1)
  if (last === undefined || records.length < options.headerRows) throw noHeader()
  return { rows: records.map(({ fields }) => fields), lines: last.lines, offset: start + last.end }
}

async function readHead<R>(source: Bytes<R>): Promise<{ chunks: Uint8Array[]; end: { value: R } | undefined }> {
  const chunks: Uint8Array[] = []
  for (let length = 0; length < headBytes;) {
    const next = await source.next()
    if (next.done) return { chunks, end: { value: next.value } }
    chunks.push(next.value)
    length += next.value.length
  }
  return { chunks, end: undefined }
}

async function* passOn<R>(chunks: readonly Uint8Array[], end: { value: R } | undefined, source: Bytes<R>): Bytes<R> {
  for (const chunk of chunks) if (chunk.length > 0) yield chunk
  return end === undefined ? yield* source : end.value
}

function noHeader(): DataError {
  return new DataError(
    'import.no_header',
    'The file has fewer header rows than given.',
    'Give another number with --header-rows and --skip-lines.',
  )
}
