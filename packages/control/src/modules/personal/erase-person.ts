/** Erasing a person: everything that names or places them, and nothing that the log's proofs need. */
import { roleMay } from '@keyhold/contract'
import type { JsonValue } from '@keyhold/ledger'
import { failAccess, type Principal } from '../../platform/access.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failPersonal } from './errors.ts'
import type { PersonalSetting } from './setting.ts'
import { dropKeptAnswers } from './store.ts'

export type Erasure = {
  readonly organisation: string
  readonly person: string
  /** Who erases, when it is somebody else. */
  readonly by?: Extract<Principal, { kind: 'person' }> | undefined
}
export type Erased = { readonly before: JsonValue; readonly fields: number }

/**
 * Part of the caller's transaction. Gives the account as it was, for the entry, and how many sets of fields of the log went.
 *
 * @throws `person.last_owner`, `person.unknown` when nothing is kept, `access.denied` for an owner by one who is none
 */
export async function erasePerson(setting: PersonalSetting, tx: Transaction, erasure: Erasure): Promise<Erased> {
  const { organisation, person, by } = erasure
  // By what is true now: the role may have changed since the call was admitted.
  const role = by && (await setting.people.lockCaller(tx, by))
  if (role && !roleMay(role, 'people.manage')) throw failAccess('access.denied')
  const account = await setting.people.find(tx, person)
  if (role && role !== 'owner' && account?.role === 'owner') throw failAccess('access.denied')
  if (account) await setting.people.erase(tx, { organisation, person })
  await dropKeptAnswers(tx, person)
  const fields = await setting.entries.erase(tx, organisation, person)
  if (!account && fields === 0) throw failPersonal('person.unknown')
  return { before: account?.view ?? null, fields }
}
