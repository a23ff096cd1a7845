/** The provider says that somebody's sign-in there has ended: so have the sessions that came through it (CLN-07). */
import type { Readable } from 'node:stream'
import type { ChangeCall } from '../../platform/http/call.ts'
import { hashSecret } from '../tokens/index.ts'
import { failSingleSignOn } from './errors.ts'
import { findLinked, lookUpProviderSession, lookUpSubject } from './link-store.ts'
import { useLogoutToken } from './logout-store.ts'
import { createKeySet, verifyLogoutToken, type KeySet, type NamedLogout } from './logout-token.ts'
import { openSecret, readProviderRow, type StoredProvider } from './provider-store.ts'
import { createFetch, type Relying } from './relying-party.ts'
import type { SingleSignOnSetting } from './setting.ts'

const mostBytes = 20_000
/** In milliseconds. */
const patience = 10_000
const mostKept = 200

type Verify = (organisation: string, token: string) => Promise<NamedLogout & { readonly issuer: string }>

/** Checks a token against the organisation's provider, whose keys are kept. */
export function createLogout(setting: SingleSignOnSetting, relying: Relying): Verify {
  const { database, platformKey, dialler, now } = setting
  const fetch = createFetch(dialler)
  const kept = new Map<string, KeySet>()
  function keysAt(organisation: string, url: string): KeySet {
    const key = `${organisation} ${url}`
    const keys = kept.get(key) ?? createKeySet(url, fetch)
    kept.set(key, keys)
    if (kept.size > mostKept) kept.delete(kept.keys().next().value as string)
    return keys
  }
  async function readKeys(organisation: string, provider: StoredProvider) {
    const { issuer, clientId } = provider
    const clientSecret = openSecret(platformKey, organisation, provider)
    const server = (await relying(organisation, { issuer, clientId, clientSecret })).serverMetadata()
    return {
      keys: keysAt(organisation, server.jwks_uri ?? ''),
      algorithms: server.id_token_signing_alg_values_supported ?? ['RS256'],
    }
  }
  return async (organisation, token) => {
    const provider = await database.readTenant({ organisation }, readProviderRow)
    if (provider === undefined) throw failSingleSignOn('single_sign_on.logout_refused')
    const { issuer, clientId } = provider
    const terms = { issuer, clientId, now: now(), readKeys: () => readKeys(organisation, provider) }
    return { issuer, ...(await verifyLogoutToken(token, terms)) }
  }
}

/** One call, one token, once. Only what the provider has signed gets into the organisation's log. */
export async function endByProvider(
  { platformKey, people, endPendingBy, now }: SingleSignOnSetting,
  verify: Verify,
  call: ChangeCall<'endByProvider'>,
): Promise<Record<string, never>> {
  const { organisation } = call.params
  const { issuer, sub, sid, jti, until } = await verify(organisation, await readToken(call.body))
  call.enter(organisation)
  const ended = {
    subject: sub === undefined ? null : lookUpSubject(platformKey, issuer, sub),
    session: sid === undefined ? null : lookUpProviderSession(platformKey, issuer, sid),
  }
  const token = hashSecret(JSON.stringify([issuer, jti]))
  return call.commit(async (tx) => {
    const used = { organisation, token, until: until.toISOString(), now: now().toISOString() }
    if (!(await useLogoutToken(tx, used))) throw failSingleSignOn('single_sign_on.logout_refused')
    const person = ended.subject === null ? undefined : await findLinked(tx, ended.subject)
    await endPendingBy(tx, ended)
    const sessions = await people.provider.endSessionsBy(tx, ended)
    const object = person === undefined ? { kind: 'organisation', id: organisation } : { kind: 'person', id: person }
    call.note({ object, details: { ended: sessions } })
    return {}
  })
}

/** @throws `single_sign_on.logout_refused` */
async function readToken(body: Readable): Promise<string> {
  const refuse = () => failSingleSignOn('single_sign_on.logout_refused')
  const timer = setTimeout(() => body.destroy(refuse()), patience)
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > mostBytes) throw refuse()
      chunks.push(chunk)
    }
  } finally {
    clearTimeout(timer)
  }
  const [token, ...more] = new URLSearchParams(Buffer.concat(chunks).toString()).getAll('logout_token')
  if (token === undefined || more.length > 0) throw refuse()
  return token
}
