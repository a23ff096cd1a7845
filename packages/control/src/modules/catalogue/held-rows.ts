/**
 * Whole rows of every database table that names a table of the catalogue or what belongs to it. A test dumps the whole
 * database and fails when a row that names any of it is missing here. This reads tables of other modules, whole and as
 * they are: that is its purpose.
 */
import type { Transaction } from '../../platform/database/transaction.ts'
import { failCatalogue } from './errors.ts'

const mostRows = 5_000

export type HeldRow = Readonly<Record<string, unknown>>

const snapshots = 'SELECT id FROM snapshots WHERE table_id = $1'
const files = `SELECT object FROM data_files WHERE snapshot IN (${snapshots})`
const project = 'SELECT project FROM tables WHERE id = $1'

/** By database table: which of its rows. `$1` is the table's id. */
const sources = {
  projects: `id = (${project})`,
  buckets: 'id = (SELECT bucket FROM tables WHERE id = $1)',
  tables: 'id = $1',
  snapshots: 'table_id = $1',
  data_files: `snapshot IN (${snapshots})`,
  objects: `id IN (${files})`,
  uploads: 'table_id = $1',
  jobs: 'table_id = $1',
  sealing_key_sets: `project = (${project})`,
  wrapped_keys: `project = (${project})`,
} as const

/** @throws `table.view_too_large` */
export async function readHeldRows(tx: Transaction, table: string): Promise<Record<string, HeldRow[]>> {
  const read = async ([name, condition]: [string, string]) => {
    const rows = await tx.sql<HeldRow>(`SELECT * FROM ${name} WHERE ${condition} LIMIT ${mostRows + 1}`, [table])
    if (rows.length > mostRows) throw failCatalogue('table.view_too_large')
    return [name, rows] as const
  }
  return Object.fromEntries(await Promise.all(Object.entries(sources).map(read)))
}
