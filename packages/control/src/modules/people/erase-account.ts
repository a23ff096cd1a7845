/** The end of an account: its row, its sessions, and with them what the log's digests of it are made with. */
import { createHmac } from 'node:crypto'
import type { Role } from '@keyhold/contract'
import type { JsonValue } from '@keyhold/ledger'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failPeople } from './errors.ts'
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
 * Deletes an account in the caller's transaction; sessions, consents and kept answers go with it. One that is not there
 * is no error. @throws `person.last_owner`
 */
export async function eraseAccount(setting: PeopleSetting, tx: Transaction, person: string): Promise<void> {
  // Locked, so that of two owners who leave at the same time one is the last.
  const owners = await tx.sql<{ id: string }>(`SELECT id FROM people WHERE role = 'owner' ORDER BY id FOR UPDATE`)
  if (owners.length === 1 && owners[0]?.id === person) throw failPeople('person.last_owner')
  const ended = await tx.sql<{ id: string }>('DELETE FROM sessions WHERE person = $1 RETURNING id', [person])
  await tx.sql('DELETE FROM people WHERE id = $1', [person])
  tx.onCommit(() => ended.forEach(({ id }) => setting.onSessionEnded(id)))
}
