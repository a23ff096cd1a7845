/** Public sealing keys and wrapped keys of projects, as the data plane made them; nothing here opens any. */
import type { DataPlaneMethods, Signed } from '@keyhold/contract'
import { readUnverified } from '@keyhold/sealed'
import type { Transaction } from '../../platform/database/transaction.ts'
import { insertKeySet, putWrappedKeys } from './store.ts'

export type ProjectOwner = { readonly organisation: string; readonly project: string }

/** Stores what `project.provision` answered, in the transaction that makes the project. */
export async function storeProvision(
  tx: Transaction,
  owner: ProjectOwner,
  provision: DataPlaneMethods['project.provision']['result'],
): Promise<void> {
  await insertKeySet(tx, owner, statementNumber(provision.set), provision.set)
  await putWrappedKeys(tx, owner, provision.keys)
}

/** The number in a statement of a chain. Who signed it is the clients' to check: this plane is not believed. */
export function statementNumber(signed: Signed): number {
  const { number } = readUnverified(signed)
  if (typeof number !== 'number') throw new TypeError('a chained statement has no number')
  return number
}
