/** Parquet data files as a table keeps them. */
import { basename } from 'node:path'
import type { Instance } from './instance.ts'
import type { WrittenFile } from './messages.ts'
import { quoteText } from './sql-text.ts'

/**
 * Version 2 pages with snappy: measured on generated and real tables, written as fast as version 1, a fifth smaller and
 * up to a third faster to read; zstd is a further sixth smaller and 10 to 30 % slower both ways.
 */
const dataFileOptions = 'FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v2'
/** Files end at the row group that passes this, so they stay below 256 MiB. */
const maxDataFileBytes = 192 << 20

type Target = { readonly output: string }

/** One file, named `output` in the scratch folder. */
export async function writeOneFile(
  instance: Instance,
  query: string,
  { output: name }: Target,
  path: string,
): Promise<readonly WrittenFile[]> {
  const rows = await instance.rows(`COPY (${query}) TO ${quoteText(path)} (${dataFileOptions})`)
  return [{ name, rows: Number(rows[0]?.[0] ?? 0) }]
}

/** As many files as the size asks for, in a folder of that name, in the order of the rows. */
export async function writeSplitFiles(
  instance: Instance,
  query: string,
  { output: name }: Target,
  path: string,
): Promise<readonly WrittenFile[]> {
  const split = `FILE_SIZE_BYTES ${maxDataFileBytes}`
  await instance.connection.run(`COPY (${query}) TO ${quoteText(path)} (${dataFileOptions}, ${split})`)
  return listWritten(instance, name, path)
}

/** Files of a folder that DuckDB filled, in order; it may add one without rows. */
async function listWritten(instance: Instance, name: string, folder: string): Promise<readonly WrittenFile[]> {
  const rows = await instance.rows(
    `SELECT file_name, num_rows FROM parquet_file_metadata(${quoteText(`${folder}/*.parquet`)})`,
  )
  const files = rows.map(([path, count]) => ({ name: `${name}/${basename(String(path))}`, rows: Number(count) }))
  const filled = files.filter((file) => file.rows > 0)
  const position = (file: WrittenFile) => Number(/_(\d+)\.parquet$/.exec(file.name)?.[1] ?? 0)
  return (filled.length === 0 ? files.slice(0, 1) : filled).toSorted((a, b) => position(a) - position(b))
}
