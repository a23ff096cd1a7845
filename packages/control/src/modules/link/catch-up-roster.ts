/**
 * A change of the roster is kept by the data plane first. Whoever dies between its answer and our transaction leaves our
 * copy short, and every later change would be refused; so each new link brings what is missing.
 */
import type { DataPlaneMethods } from '@keyhold/contract'
import type { Database } from '../../platform/database/database.ts'
import { statementNumber } from './keys.ts'
import { insertRoster, listRoster } from './store.ts'

type ListStatements = (
  params: DataPlaneMethods['roster.list']['params'],
) => Promise<DataPlaneMethods['roster.list']['result']>

/** Stores the statements that the data plane has and we have not. Safe to repeat. @throws the data plane's refusal */
export async function catchUpRoster(database: Database, organisation: string, list: ListStatements): Promise<number> {
  const known = await database.readTenant({ organisation }, (tx) => listRoster(tx, 1))
  const { statements } = await list({ from: known.length + 1 })
  if (statements.length === 0) return 0
  await database.withTenant({ organisation }, async (tx) => {
    for (const signed of statements) await insertRoster(tx, organisation, statementNumber(signed), signed)
  })
  return statements.length
}
