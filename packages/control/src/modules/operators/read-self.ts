import type { OperatorSelf } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failOperator } from './errors.ts'
import { readOperatorRow } from './operator-store.ts'
import { nameContext, type OperatorSetting } from './setting.ts'

/** Who the operator is. @throws `operator.session_expired` when they were removed meanwhile */
export async function readSelf(
  { platformKey }: OperatorSetting,
  tx: Transaction,
  id: string,
  expires: string,
): Promise<OperatorSelf> {
  const stored = await readOperatorRow(tx, id)
  if (stored === undefined) throw failOperator('operator.session_expired')
  const name = platformKey.open('account', nameContext(id), stored.nameSealed).toString()
  return { id, name, roles: stored.roles, expires }
}
