/** The table of links: an account is found by issuer and subject together, never by an address. */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'

/** What a link is found by. The same subject at another issuer is somebody else. */
export function lookUpSubject(platformKey: PlatformKey, issuer: string, subject: string): Buffer {
  return platformKey.lookup(`subject ${JSON.stringify([issuer, subject])}`)
}

/** What sessions are ended by that came through one of the provider's own. */
export function lookUpProviderSession(platformKey: PlatformKey, issuer: string, session: string): Buffer {
  return platformKey.lookup(`provider session ${JSON.stringify([issuer, session])}`)
}

export async function findLinked(tx: Transaction, subject: Buffer): Promise<string | undefined> {
  const rows = await tx.sql<{ person: string }>('SELECT person FROM provider_links WHERE subject = $1', [subject])
  return rows[0]?.person
}

export async function useLink(tx: Transaction, subject: Buffer, now: string): Promise<void> {
  await tx.sql('UPDATE provider_links SET last_used = $2 WHERE subject = $1', [subject, now])
}

export async function readLink(
  tx: Transaction,
  person: string,
): Promise<{ created: string; lastUsed: string } | undefined> {
  const rows = await tx.sql<{ created: string; lastUsed: string }>(
    'SELECT created, last_used AS "lastUsed" FROM provider_links WHERE person = $1',
    [person],
  )
  return rows[0]
}

/** A person has one link; a new one takes the place of the old. */
export async function putLink(
  tx: Transaction,
  { organisation, person, subject, now }: { organisation: string; person: string; subject: Buffer; now: string },
): Promise<void> {
  await tx.sql(
    `INSERT INTO provider_links (organisation, person, subject, created, last_used) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (organisation, person) DO UPDATE
       SET subject = excluded.subject, created = excluded.created, last_used = excluded.last_used`,
    [organisation, person, subject, now],
  )
}

export async function deleteLink(tx: Transaction, person: string): Promise<void> {
  await tx.sql('DELETE FROM provider_links WHERE person = $1', [person])
}
