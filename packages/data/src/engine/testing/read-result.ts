/** Reads a result as clients do, with hyparquet, but with every value raw: nothing is turned into a Date. */
import { readFile } from 'node:fs/promises'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const rawParsers = {
  timestampFromMilliseconds: (value: bigint) => value,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (days: number) => days,
}

export type RawResult = {
  readonly rows: readonly Record<string, unknown>[]
  /** The metadata under `keyhold.columns`. */
  readonly columns: unknown
}

export async function readResult(path: string): Promise<RawResult> {
  const file = await readFile(path)
  const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.length)
  const metadata = parquetMetadata(buffer)
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'keyhold.columns')?.value
  const rows = await parquetReadObjects({ file: buffer, metadata, compressors, utf8: false, parsers: rawParsers })
  return { rows, columns: JSON.parse(text ?? 'null') }
}
