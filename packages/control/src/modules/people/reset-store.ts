/** The table of mailed links. */
import type { Transaction } from '../../platform/database/transaction.ts'

export type NewReset = {
  readonly organisation: string
  readonly id: string
  readonly person: string
  readonly hash: Buffer
  readonly created: string
  readonly expires: string
}

export async function insertReset(tx: Transaction, reset: NewReset): Promise<void> {
  const { organisation, id, person, hash, created, expires } = reset
  await tx.sql(
    'INSERT INTO password_resets (organisation, id, person, hash, created, expires) VALUES ($1, $2, $3, $4, $5, $6)',
    [organisation, id, person, hash, created, expires],
  )
}

/** Deletes the person's links that have ended and gives how many are left; others that do so wait for this transaction. */
export async function trimResets(tx: Transaction, person: string, now: string): Promise<number> {
  await tx.sql('SELECT id FROM people WHERE id = $1 FOR UPDATE', [person])
  await tx.sql('DELETE FROM password_resets WHERE person = $1 AND expires <= $2', [person, now])
  const rows = await tx.sql<{ left: number }>('SELECT count(*) AS left FROM password_resets WHERE person = $1', [
    person,
  ])
  return rows[0]?.left ?? 0
}

/** Whose link it is, unless it has ended. */
export async function readReset(tx: Transaction, id: string, now: string): Promise<string | undefined> {
  const rows = await tx.sql<{ person: string }>('SELECT person FROM password_resets WHERE id = $1 AND expires > $2', [
    id,
    now,
  ])
  return rows[0]?.person
}

/** Takes a link, so that it cannot be used again; false when it was taken or has ended. */
export async function takeReset(tx: Transaction, id: string, now: string): Promise<boolean> {
  const rows = await tx.sql('DELETE FROM password_resets WHERE id = $1 AND expires > $2 RETURNING id', [id, now])
  return rows.length === 1
}

export async function deleteResetsOf(tx: Transaction, person: string): Promise<void> {
  await tx.sql('DELETE FROM password_resets WHERE person = $1', [person])
}
