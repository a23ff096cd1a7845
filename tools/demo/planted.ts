import { readFileSync } from 'node:fs'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Holding } from '../scan/holdings.ts'

/** Ten values of the three files, long enough that they are nowhere by chance. */
export const chosenValues = [
  'Livingston Municipal',
  'Bay Springs',
  'Colorado Springs',
  'William B Hartsfield-Atlanta Intl',
  'BARKSDALE AIR FORCE BASE ARPT',
  'Turkey vulture',
  'Unknown bird or bat',
  'Louisiana',
  '33.64044444',
  '-84.42694444',
] as const

/** The same files as they would lie in a store that does not seal: CSV, gzip, zstd, and Parquet as DuckDB writes it. */
export async function makeUnsealedCopy(files: { csv: string[]; folder: string }): Promise<Holding[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const holdings: Holding[] = []
  for (const [index, path] of files.csv.entries()) {
    const parquet = `${files.folder}/copy-${index}.parquet`
    await connection.run(
      `copy (from read_csv('${path}', all_varchar = true)) to '${parquet}' (format parquet, compression zstd)`,
    )
    const plain = readFileSync(path)
    holdings.push(
      { place: 'unsealed copy as gzip', bytes: gzipSync(plain) },
      { place: 'unsealed copy as zstd', bytes: zstdCompressSync(plain) },
      { place: 'unsealed copy as Parquet', bytes: readFileSync(parquet) },
    )
  }
  connection.closeSync()
  instance.closeSync()
  return holdings
}
