/** What changes of members read and write in the table of people. */
import type { Role } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

/**
 * From here to its end no other transaction changes the organisation's members, so that what this one finds (the last
 * owner, who asks, who is there) holds until it commits.
 */
export async function lockMembers(tx: Transaction, organisation: string): Promise<void> {
  await tx.sql('SELECT id FROM organisations WHERE id = $1 FOR NO KEY UPDATE', [organisation])
}

export async function readRole(tx: Transaction, person: string): Promise<Role | undefined> {
  return (await tx.sql<{ role: Role }>('SELECT role FROM people WHERE id = $1', [person]))[0]?.role
}

/** Of who is not suspended; undefined for anybody else. */
export async function readActiveRole(tx: Transaction, person: string): Promise<Role | undefined> {
  const rows = await tx.sql<{ role: Role }>('SELECT role FROM people WHERE id = $1 AND suspended IS NULL', [person])
  return rows[0]?.role
}

/** Owners who are not suspended. */
export async function countOwners(tx: Transaction): Promise<number> {
  const rows = await tx.sql<{ owners: number }>(
    `SELECT count(*) AS owners FROM people WHERE role = 'owner' AND suspended IS NULL`,
  )
  return rows[0]?.owners ?? 0
}

export async function hasAddress(tx: Transaction, emailLookup: Buffer): Promise<boolean> {
  return (await tx.sql('SELECT id FROM people WHERE email_lookup = $1', [emailLookup])).length > 0
}

/** `role`: what the person may do; `own`: the own role, which a group's may be stronger than. */
export async function updateRole(
  tx: Transaction,
  person: string,
  { role, own }: { readonly role: Role; readonly own: Role },
): Promise<void> {
  await tx.sql('UPDATE people SET role = $2, own_role = nullif($3, $2) WHERE id = $1', [person, role, own])
}

type RoleRow = { id: string; role: Role; own: Role }

export async function listRoles(tx: Transaction, people: readonly string[]): Promise<RoleRow[]> {
  return tx.sql<RoleRow>('SELECT id, role, coalesce(own_role, role) AS own FROM people WHERE id = ANY($1::uuid[])', [
    people,
  ])
}

/** The account goes, and with it what is personal of it: only the log still has its id. */
export async function deletePerson(tx: Transaction, person: string): Promise<void> {
  await tx.sql('DELETE FROM people WHERE id = $1', [person])
}
