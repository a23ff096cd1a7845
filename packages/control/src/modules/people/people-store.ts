/** The table of people. */
import type { Role } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type NewPerson = {
  readonly organisation: string
  readonly id: string
  readonly emailSealed: Buffer
  readonly nameSealed: Buffer | null
  readonly emailLookup: Buffer
  /** Null for who signs in at the identity provider only. */
  readonly passwordHash: string | null
  readonly role: Role
  readonly created: string
  /** The provisioning token that makes it. */
  readonly provisionedBy?: string | undefined
}

export async function insertPerson(tx: Transaction, person: NewPerson): Promise<void> {
  const {
    organisation,
    id,
    emailSealed,
    nameSealed,
    emailLookup,
    passwordHash,
    role,
    created,
    provisionedBy = null,
  } = person
  await tx.sql(
    `INSERT INTO people (organisation, id, email_sealed, email_lookup, password_hash, role, created, name_sealed,
       provisioned_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [organisation, id, emailSealed, emailLookup, passwordHash, role, created, nameSealed, provisionedBy],
  )
}

/**
 * Undefined for nobody, for who has no password, where single sign-on is the only way, and for who is suspended: all the
 * same to who asks.
 */
export async function readPasswordHash(tx: Transaction, id: string): Promise<string | undefined> {
  const rows = await tx.sql<{ hash: string | null }>(
    'SELECT password_hash AS hash FROM people WHERE id = $1 AND suspended IS NULL AND password_counts(id)',
    [id],
  )
  return rows[0]?.hash ?? undefined
}

/** Whether there is one, also where it does not count. */
export async function hasPasswordRow(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.sql('SELECT id FROM people WHERE id = $1 AND password_hash IS NOT NULL', [id])).length === 1
}

export type FoundAddress = { id: string; role: Role; password: boolean; suspended: boolean }

export async function findAddressRow(tx: Transaction, emailLookup: Buffer): Promise<FoundAddress | undefined> {
  const rows = await tx.sql<FoundAddress>(
    'SELECT id, role, has_password AS password, suspended IS NOT NULL AS suspended FROM people WHERE email_lookup = $1',
    [emailLookup],
  )
  return rows[0]
}

/** Who was provisioned under this id, may come in, and never could with a password; owners are not made so. */
export async function findProvisionedRow(tx: Transaction, externalIdLookup: Buffer): Promise<string | undefined> {
  const rows = await tx.sql<{ id: string }>(
    `SELECT id FROM people WHERE external_id_lookup = $1 AND provisioned_by IS NOT NULL AND NOT has_password
       AND suspended IS NULL AND role <> 'owner'`,
    [externalIdLookup],
  )
  return rows[0]?.id
}

/** Whether this is still the account's hash, which then stays until the transaction ends. */
export async function holdPasswordHash(tx: Transaction, id: string, hash: string): Promise<boolean> {
  const sql = 'SELECT id FROM people WHERE id = $1 AND password_hash = $2 AND password_counts(id) FOR UPDATE'
  return (await tx.sql(sql, [id, hash])).length === 1
}

export async function updatePasswordHash(tx: Transaction, id: string, hash: string): Promise<void> {
  await tx.sql('UPDATE people SET password_hash = $2 WHERE id = $1', [id, hash])
}

/** Keeps whether the password is too short to be the only factor. */
export async function updatePasswordShort(tx: Transaction, id: string, short: boolean): Promise<void> {
  await tx.sql('UPDATE people SET password_short = $2 WHERE id = $1 AND password_short <> $2', [id, short])
}

/** Whether there is a password that must not be the only factor. */
export async function hasShortPassword(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.sql('SELECT id FROM people WHERE id = $1 AND has_password AND password_short', [id])).length === 1
}

export type StoredPerson = {
  organisation: string
  id: string
  emailSealed: Buffer
  nameSealed: Buffer | null
  /** The own role, or a stronger one of a group. */
  role: Role
  ownRole: Role
  suspended: string | null
  provisionedBy: string | null
  externalIdSealed: Buffer | null
  hasPassword: boolean
  created: string
}

/** The organisation's members, or the one named, oldest first. */
export async function listPeopleRows(tx: Transaction, only: string | null): Promise<StoredPerson[]> {
  return tx.prepared<StoredPerson>(
    'people.list',
    `SELECT organisation, id, email_sealed AS "emailSealed", name_sealed AS "nameSealed", role,
       coalesce(own_role, role) AS "ownRole", suspended, provisioned_by AS "provisionedBy",
       external_id_sealed AS "externalIdSealed", has_password AS "hasPassword", created
     FROM people
     WHERE $1::uuid IS NULL OR id = $1 ORDER BY created, id LIMIT 10000`,
    [only],
  )
}

/** Changes of one person's factors wait for each other. */
export async function lockPerson(tx: Transaction, id: string): Promise<void> {
  await tx.sql('SELECT id FROM people WHERE id = $1 FOR UPDATE', [id])
}
