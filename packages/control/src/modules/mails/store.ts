/** The table of mails that wait. */
import type { Transaction } from '../../platform/database/transaction.ts'

export type WaitingMail = { id: string; sealed: Buffer }

type NewMail = WaitingMail & {
  readonly organisation: string
  readonly created: string
  readonly takenUntil: string
}

export async function insertMail(tx: Transaction, mail: NewMail): Promise<void> {
  const { organisation, id, sealed, created, takenUntil } = mail
  await tx.sql('INSERT INTO mails (organisation, id, sealed, created, taken_until) VALUES ($1, $2, $3, $4, $5)', [
    organisation,
    id,
    sealed,
    created,
    takenUntil,
  ])
}

export async function deleteMail(tx: Transaction, id: string): Promise<void> {
  await tx.sql('DELETE FROM mails WHERE id = $1', [id])
}

/** Deletes what was written before `oldest`. Gives how many. */
export async function dropOldMails(tx: Transaction, oldest: string): Promise<number> {
  return (await tx.sql('DELETE FROM mails WHERE created <= $1 RETURNING id', [oldest])).length
}

/** Keeps these in hand for longer. */
export async function holdMails(tx: Transaction, ids: readonly string[], until: string): Promise<void> {
  if (ids.length > 0) await tx.sql('UPDATE mails SET taken_until = $2 WHERE id = ANY($1::uuid[])', [ids, until])
}

/** Takes the mails that nobody has in hand, oldest first; of two servers one gets each. */
export async function takeMails(tx: Transaction, now: string, until: string, most: number): Promise<WaitingMail[]> {
  return tx.sql<WaitingMail>(
    `UPDATE mails SET taken_until = $2
     WHERE id IN (SELECT id FROM mails WHERE taken_until <= $1 ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING id, sealed`,
    [now, until, most],
  )
}
