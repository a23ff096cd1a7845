/** Finds or makes a bucket and an empty table in it; at the same time twice gives the same table. */
import { randomUUIDv7 } from 'node:crypto'
import type { Table } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { hasProject } from '../projects/index.ts'
import { failCatalogue } from './errors.ts'
import { countTables, ensureBucketRow, ensureTableRow, findTableRow, mostTables } from './table-store.ts'

export type TablePlace = {
  readonly organisation: string
  readonly project: string
  readonly bucket: string
  readonly table: string
}

/** Part of the caller's transaction. @throws `project.unknown`, `table.too_many` */
export async function ensureTable(tx: Transaction, place: TablePlace, now: Date): Promise<Table> {
  return (await findTableRow(tx, place)) ?? makeTable(tx, place, now)
}

async function makeTable(tx: Transaction, place: TablePlace, now: Date): Promise<Table> {
  const { organisation, project } = place
  if (!(await hasProject(tx, project))) throw failCatalogue('project.unknown')
  if ((await countTables(tx, project)) >= mostTables) throw failCatalogue('table.too_many')
  const made = { organisation, project, created: now.toISOString() }
  const bucket = await ensureBucketRow(tx, { ...made, id: randomUUIDv7(), name: place.bucket })
  await ensureTableRow(tx, { ...made, id: randomUUIDv7(), name: place.table, bucket })
  const table = await findTableRow(tx, place)
  if (table === undefined) throw failCatalogue('table.unknown')
  return table
}
