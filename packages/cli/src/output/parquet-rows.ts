/** Reads a result's Parquet file a run of rows at a time, so that memory does not grow with the result. */
import { parquetMetadataAsync, parquetScan, type AsyncBuffer, type FileMetaData, type ParquetParsers } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { CliError, exitCodes } from '../errors.ts'
import type { Cell } from './cells.ts'

export type ParquetSource = {
  readonly bodyLength: number
  read(offset: number, length: number): Promise<Uint8Array>
}

/** Rows turned at once: enough to be quick, few enough to stay small. */
const rowsAtOnce = 8_192

/** A leading U+FEFF is a character of the value, not a byte order mark to be dropped. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const decodeText = (bytes: Uint8Array | undefined) => bytes && utf8.decode(bytes)

/** Integers stay as they are stored: the reader's own parsers would round times to milliseconds. */
const rawParsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (value: bigint) => value,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (days: number) => days,
  stringFromBytes: decodeText,
  jsonFromBytes: decodeText,
}

/** Runs of rows in order; each row has its cells in the order of the columns. Throws `response.malformed`. */
export async function* readRows(source: ParquetSource, columns: number): AsyncGenerator<Cell[][], void, undefined> {
  const file = openBuffer(source)
  const metadata = await readMetadata(file)
  const names = topLevelNames(metadata)
  if (names.length !== columns) throw malformed()
  const scan = await parquetScan({ file, metadata, columns: names, compressors, utf8: false, parsers: rawParsers })
  for (const range of scan.ranges) {
    const data = await Promise.all(names.map((column) => scan.readColumn({ ...range, column })))
    const count = range.rowEnd - range.rowStart
    for (let first = 0; first < count; first += rowsAtOnce) {
      yield transpose(data, first, Math.min(count, first + rowsAtOnce))
    }
  }
}

type ColumnValues = { readonly [index: number]: unknown }

function transpose(data: readonly ColumnValues[], first: number, end: number): Cell[][] {
  const rows: Cell[][] = []
  for (let row = first; row < end; row++) rows.push(data.map((column) => (column[row] ?? null) as Cell))
  return rows
}

async function readMetadata(file: AsyncBuffer): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(file)
  } catch (cause) {
    throw malformed(cause)
  }
}

function topLevelNames(metadata: FileMetaData): string[] {
  const [root, ...elements] = metadata.schema
  const leaves = elements.filter((element) => element.num_children === undefined)
  if (leaves.length !== elements.length || root?.num_children !== leaves.length) throw malformed()
  return leaves.map((element) => element.name)
}

function openBuffer(source: ParquetSource): AsyncBuffer {
  return {
    byteLength: source.bodyLength,
    async slice(start, end = source.bodyLength) {
      const from = start < 0 ? source.bodyLength + start : start
      const bytes = await source.read(from, end - from)
      // A copy: a Buffer is a window on memory that others use too.
      return new Uint8Array(bytes).buffer
    },
  }
}

function malformed(cause?: unknown): CliError {
  return new CliError(
    'response.malformed',
    'the result is not a Parquet file of the columns that it says',
    'update this client or the server, whichever is older.',
    {
      exitCode: exitCodes.failed,
      cause,
    },
  )
}
