/** An organisation's identity provider: entered, tested, removed. */
import type { IdentityProvider } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failSingleSignOn } from './errors.ts'
import { readSignOnPolicy } from './policy.ts'
import { deleteProviderRow, openSecret, putProviderRow, readProviderRow, secretContext } from './provider-store.ts'
import { discover } from './relying-party.ts'
import type { SingleSignOnSetting } from './setting.ts'

export type Entered = Omit<IdentityProvider, 'changed'> & { readonly clientSecret?: string }

/**
 * Asks the provider, and gives what stores it in a transaction. A kept secret is sent to the issuer only that it was
 * entered for.
 *
 * @throws `identity_provider.secret_needed`, `identity_provider.unusable`, `outgoing.…`, and in the transaction
 *   `identity_provider.in_force`
 */
export async function prepareProvider(
  setting: SingleSignOnSetting,
  organisation: string,
  entered: Entered,
): Promise<(tx: Transaction) => Promise<IdentityProvider>> {
  const { database, platformKey, dialler, people, now } = setting
  const { name, issuer, clientId, scopes } = entered
  const stored = await database.readTenant({ organisation }, readProviderRow)
  const same = stored !== undefined && stored.issuer === issuer && stored.clientId === clientId
  const clientSecret = entered.clientSecret ?? (same ? openSecret(platformKey, organisation, stored) : undefined)
  if (clientSecret === undefined) throw failSingleSignOn('identity_provider.secret_needed')
  await discover(dialler, { issuer, clientId, clientSecret })
  return async (tx) => {
    await people.provider.lockMembers(tx, organisation)
    const { signIn } = await readSignOnPolicy(tx)
    if (signIn === 'only' && (await readProviderRow(tx))?.issuer !== issuer) {
      throw failSingleSignOn('identity_provider.in_force')
    }
    const provider = { name, issuer, clientId, scopes, changed: now().toISOString() }
    const secretSealed = platformKey.seal('account', secretContext(organisation, provider), clientSecret)
    await putProviderRow(tx, organisation, { ...provider, secretSealed })
    return provider
  }
}

type Tested = { readonly keys: number; readonly namesItself: boolean; readonly pkce: boolean }

/** Asks the stored provider for configuration and keys. @throws `identity_provider.missing`, `identity_provider.unusable` */
export async function testProvider(setting: SingleSignOnSetting, organisation: string): Promise<Tested> {
  const { database, platformKey, dialler } = setting
  const stored = await database.readTenant({ organisation }, readProviderRow)
  if (stored === undefined) throw failSingleSignOn('identity_provider.missing')
  const clientSecret = openSecret(platformKey, organisation, stored)
  const server = (await discover(dialler, { ...stored, clientSecret })).serverMetadata()
  const answer = await dialler.call(new URL(server.jwks_uri ?? ''), { method: 'GET', headers: {} })
  return {
    keys: countKeys(answer.body.toString()),
    namesItself: server['authorization_response_iss_parameter_supported'] === true,
    pkce: server.code_challenge_methods_supported?.includes('S256') === true,
  }
}

function countKeys(text: string): number {
  try {
    const set: unknown = JSON.parse(text)
    const keys: unknown = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined
    if (Array.isArray(keys) && keys.length > 0) return keys.length
  } catch (cause) {
    throw failSingleSignOn('identity_provider.unusable', { cause })
  }
  throw failSingleSignOn('identity_provider.unusable')
}

/** @throws `identity_provider.missing`, `identity_provider.in_force` */
export async function removeProvider(
  { people }: SingleSignOnSetting,
  tx: Transaction,
  organisation: string,
): Promise<void> {
  await people.provider.lockMembers(tx, organisation)
  if ((await readSignOnPolicy(tx)).signIn === 'only') throw failSingleSignOn('identity_provider.in_force')
  if (!(await deleteProviderRow(tx))) throw failSingleSignOn('identity_provider.missing')
}
