/** Rows of a result whose columns are all text. */
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

export async function readAll(body: Buffer): Promise<(string | null)[][]> {
  const file = body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer
  const rows = await parquetReadObjects({ file, compressors })
  return rows.map((row) => Object.values(row) as (string | null)[])
}
