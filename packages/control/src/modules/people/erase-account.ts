/** The end of an account: its row, and with it what the log's digests of it are made with. */
import { createHmac } from 'node:crypto'
import type { Role } from '@keyhold/contract'
import type { JsonValue } from '@keyhold/ledger'
import type { Transaction } from '../../platform/database/transaction.ts'
import { endAccount } from './change-members.ts'
import { failPeople } from './errors.ts'
import { countOwners, lockMembers, readActiveRole } from './member-store.ts'
import type { PeopleSetting } from './setting.ts'

type AccountRow = {
  id: string
  role: Role
  created: string
  emailLookup: Buffer
  salt: Buffer
}

/**
 * What the log's digests of an account are of. The address, which is guessable, is there as a keyed digest, whose key
 * goes with the account: nobody can test a guess afterwards.
 */
function viewAccount({ id, role, created, emailLookup, salt }: AccountRow): JsonValue {
  return { id, role, created, email: createHmac('sha256', salt).update(emailLookup).digest('base64url') }
}

/** The account's role and view; undefined when there is none. */
export async function readAccount(
  tx: Transaction,
  person: string,
): Promise<{ readonly role: Role; readonly view: JsonValue } | undefined> {
  const [row] = await tx.sql<AccountRow>(
    'SELECT id, role, created, email_lookup AS "emailLookup", salt FROM people WHERE id = $1',
    [person],
  )
  return row && { role: row.role, view: viewAccount(row) }
}

/**
 * Deletes an account in the caller's transaction, as when a member is removed: sessions, own tokens and invitations made
 * end with it; consents and kept answers go too. One that is not there is no error. @throws `person.last_owner`
 */
export async function eraseAccount(
  setting: PeopleSetting,
  tx: Transaction,
  account: { readonly organisation: string; readonly person: string },
): Promise<void> {
  // Of two owners who leave at the same time one is the last.
  await lockMembers(tx, account.organisation)
  const role = await readActiveRole(tx, account.person)
  if (role === 'owner' && (await countOwners(tx)) < 2) throw failPeople('person.last_owner')
  await endAccount(setting, tx, account)
}
