/** Reads a result's Parquet file a row group at a time, every value exactly as it is stored. */
import {
  parquetMetadataAsync,
  parquetScan,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  type ParquetParsers,
} from 'hyparquet'
import { ClientError } from '../errors.ts'

/** A verified result body; `read` gives exactly the bytes asked for, or fails. */
export type ParquetSource = {
  readonly bodyLength: number
  read(offset: number, length: number): Promise<Uint8Array>
}

/** One column of one row group: an array, or a typed array, by row; what is missing is NULL. */
export type ColumnValues = { readonly [index: number]: unknown }

/** A run of rows; columns are decoded one by one as they are asked for, so that a reader need not hold them all. */
export type RowGroup = { readonly rows: number; readColumn(index: number): Promise<ColumnValues> }

export type ScanOptions = {
  /** Number of columns that the result says it has. */
  readonly columns: number
  /** Snappy is built in; others are given. */
  readonly compressors?: Compressors
  /** How the bytes of texts are turned; the default is text. */
  readonly stringFromBytes?: (bytes: Uint8Array) => unknown
}

/** A leading U+FEFF is a character of the value, not a byte order mark to be dropped. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const decodeText = (bytes: Uint8Array): string => utf8.decode(bytes)

/** Integers stay as they are stored: the reader's own parsers would round times to milliseconds. */
function rawParsers(turn: (bytes: Uint8Array) => unknown): Partial<ParquetParsers> {
  const turnBytes = (bytes: Uint8Array | undefined): unknown => bytes && turn(bytes)
  return {
    timestampFromMilliseconds: (value: bigint) => value,
    timestampFromMicroseconds: (value: bigint) => value,
    timestampFromNanoseconds: (value: bigint) => value,
    dateFromDays: (days: number) => days,
    stringFromBytes: turnBytes,
    jsonFromBytes: turnBytes,
  }
}

/** Row groups in order. Throws `response.malformed`. */
export async function* scanColumns(
  source: ParquetSource,
  options: ScanOptions,
): AsyncGenerator<RowGroup, void, undefined> {
  const file = openBuffer(source)
  const metadata = await readMetadata(file)
  const names = topLevelNames(metadata)
  if (names.length !== options.columns) throw malformed()
  const scan = await parquetScan({
    file,
    metadata,
    columns: names,
    utf8: false,
    parsers: rawParsers(options.stringFromBytes ?? decodeText),
    ...(options.compressors === undefined ? {} : { compressors: options.compressors }),
  })
  for (const range of scan.ranges) {
    const readColumn = async (index: number): Promise<ColumnValues> => {
      const column = names[index]
      if (column === undefined) throw malformed()
      return scan.readColumn({ ...range, column })
    }
    yield { rows: range.rowEnd - range.rowStart, readColumn }
  }
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
      // A copy: the bytes may be a window on memory that others use too.
      return new Uint8Array(bytes).buffer
    },
  }
}

function malformed(cause?: unknown): ClientError {
  return new ClientError(
    'response.malformed',
    'the result is not a Parquet file of the columns that it says',
    'update this client or the server, whichever is older.',
    cause,
  )
}
