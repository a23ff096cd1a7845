import { installationLog } from '../audit-port.ts'
import type { Transaction } from './transaction.ts'

/**
 * Runs `work` on one organisation's rows inside the installation's transaction, so that an operator's act, the change and
 * the entries in both logs are stored together or not at all. Only for what the platform keeps of an organisation: its
 * row, its enrolment, its log. No other statement of the transaction may be under way meanwhile.
 */
export async function actFor<T>(tx: Transaction, organisation: string, work: () => Promise<T>): Promise<T> {
  await enter(tx, organisation)
  const result = await work()
  // Not in a `finally`: a statement that failed has ended the transaction, and with it the setting.
  await enter(tx, installationLog)
  return result
}

async function enter(tx: Transaction, organisation: string): Promise<void> {
  await tx.sql("SELECT set_config('app.organisation', $1, true)", [organisation])
}
