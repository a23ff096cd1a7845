/** The announced work on the installation. */
import type { Maintenance } from '@keyhold/contract'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failOperator } from './errors.ts'
import { installation, type OperatorPrincipal, type OperatorSetting } from './setting.ts'

const longest = 14 * 24 * 3600_000

/** In the operator's transaction, in place of an earlier one. @throws `maintenance.invalid` */
export async function announceMaintenance(
  { now }: OperatorSetting,
  tx: Transaction,
  operator: OperatorPrincipal,
  { starts, ends, message }: Maintenance,
): Promise<void> {
  const [from, to] = [Date.parse(starts), Date.parse(ends)]
  if (to <= from || to <= now().getTime() || to - from > longest) throw failOperator('maintenance.invalid')
  await tx.sql(
    `INSERT INTO maintenance (starts, ends, message, announced_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (sole) DO UPDATE SET starts = $1, ends = $2, message = $3, announced_by = $4`,
    [starts, ends, message, operator.id],
  )
}

export async function withdrawMaintenance(tx: Transaction): Promise<void> {
  await tx.sql('DELETE FROM maintenance')
}

/** What is ahead or going on; null when nothing is. */
export async function readMaintenance(database: Database, now: Date): Promise<Maintenance | null> {
  const rows = await database.readTenant(installation, (tx) =>
    tx.sql<Maintenance>('SELECT starts, ends, message FROM maintenance'),
  )
  const [announced] = rows
  return announced === undefined || Date.parse(announced.ends) <= now.getTime() ? null : announced
}
