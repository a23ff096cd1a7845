/** The table of identity providers. */
import type { IdentityProvider } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'

export type StoredProvider = IdentityProvider & { readonly secretSealed: Buffer }

export async function readProviderRow(tx: Transaction): Promise<StoredProvider | undefined> {
  const rows = await tx.sql<StoredProvider>(
    `SELECT name, issuer, client_id AS "clientId", client_secret_sealed AS "secretSealed", scopes, changed
     FROM identity_providers`,
  )
  return rows[0]
}

export async function putProviderRow(tx: Transaction, organisation: string, provider: StoredProvider): Promise<void> {
  const { name, issuer, clientId, secretSealed, scopes, changed } = provider
  await tx.sql(
    `INSERT INTO identity_providers (organisation, name, issuer, client_id, client_secret_sealed, scopes, changed)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organisation) DO UPDATE SET name = excluded.name,
       issuer = excluded.issuer, client_id = excluded.client_id, client_secret_sealed = excluded.client_secret_sealed,
       scopes = excluded.scopes, changed = excluded.changed`,
    [organisation, name, issuer, clientId, secretSealed, scopes, changed],
  )
}

export async function deleteProviderRow(tx: Transaction): Promise<boolean> {
  return (await tx.sql('DELETE FROM identity_providers RETURNING organisation')).length === 1
}

/** Where a secret is to be sent is part of what it is sealed with: it opens for no other issuer or client. */
export function secretContext(
  organisation: string,
  { issuer, clientId }: { issuer: string; clientId: string },
): string {
  return `identity_providers/${organisation}/${JSON.stringify([issuer, clientId])}`
}

/** @throws `platform_key.cannot_open` */
export function openSecret(platformKey: PlatformKey, organisation: string, provider: StoredProvider): string {
  return platformKey.open('account', secretContext(organisation, provider), provider.secretSealed).toString()
}
