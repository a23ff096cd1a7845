/** The table of invitations. */
import type { Role } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredInvitation = {
  organisation: string
  id: string
  emailSealed: Buffer
  emailLookup: Buffer
  role: Role
  invitedBy: string
  created: string
  expires: string
}

const columns = `organisation, id, email_sealed AS "emailSealed", email_lookup AS "emailLookup", role,
  invited_by AS "invitedBy", created, expires`

/** Adds an invitation; an earlier one of the same address ends, and so do those that ran out before `forgotten`. */
export async function putInvitation(
  tx: Transaction,
  { hash, ...invitation }: StoredInvitation & { readonly hash: Buffer },
  forgotten: string,
): Promise<void> {
  const { organisation, id, emailSealed, emailLookup, role, invitedBy, created, expires } = invitation
  await tx.sql('DELETE FROM invitations WHERE email_lookup = $1 OR expires < $2', [emailLookup, forgotten])
  await tx.sql(
    `INSERT INTO invitations (organisation, id, hash, email_sealed, email_lookup, role, invited_by, created, expires)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [organisation, id, hash, emailSealed, emailLookup, role, invitedBy, created, expires],
  )
}

/** Newest first; the thousand newest if there are more. */
export async function listInvitationRows(tx: Transaction): Promise<StoredInvitation[]> {
  return tx.sql<StoredInvitation>(`SELECT ${columns} FROM invitations ORDER BY created DESC, id DESC LIMIT 1000`)
}

export async function readInvitationRow(tx: Transaction, id: string): Promise<StoredInvitation | undefined> {
  return (await tx.sql<StoredInvitation>(`SELECT ${columns} FROM invitations WHERE id = $1`, [id]))[0]
}

/** The invitation of an address. */
export async function readInvitationOf(tx: Transaction, emailLookup: Buffer): Promise<StoredInvitation | undefined> {
  return (
    await tx.sql<StoredInvitation>(`SELECT ${columns} FROM invitations WHERE email_lookup = $1`, [emailLookup])
  )[0]
}

/** Takes an invitation away; false when it was gone. Of two at once one gets it. */
export async function deleteInvitation(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.sql('DELETE FROM invitations WHERE id = $1 RETURNING id', [id])).length === 1
}

/** What somebody offered ends with that person's standing. */
export async function deleteInvitationsBy(tx: Transaction, person: string): Promise<void> {
  await tx.sql('DELETE FROM invitations WHERE invited_by = $1', [person])
}

/** Who has an account is invited no more. */
export async function deleteInvitationsOf(tx: Transaction, emailLookup: Buffer): Promise<void> {
  await tx.sql('DELETE FROM invitations WHERE email_lookup = $1', [emailLookup])
}
