/** The way back from the provider: the attempt is taken, the code exchanged, and what the provider says is checked. */
import type * as client from 'openid-client'
import { readCookie } from '../../platform/http/credentials.ts'
import { hashSecret } from '../tokens/index.ts'
import { attemptContext, attemptCookie, readState } from './begin.ts'
import { takeAttempt, type Attempt } from './attempt-store.ts'
import { failSingleSignOn } from './errors.ts'
import { lookUpProviderSession, lookUpSubject } from './link-store.ts'
import { openSecret, readProviderRow } from './provider-store.ts'
import { findOwn, type Relying } from './relying-party.ts'
import { readRedirectUri, type SingleSignOnSetting } from './setting.ts'

/** Who the provider says it is. */
type ProviderAccount = {
  /** What the link is found by. */
  readonly subject: Buffer
  /** The provider's own id of the person. */
  readonly sub: string
  /** The provider's own session, as a keyed hash; null when it names none. */
  readonly session: Buffer | null
  readonly email: string | undefined
  readonly emailVerified: boolean
  readonly name: string | undefined
  /** When the person last signed in there, ISO 8601. */
  readonly signedIn: string | undefined
  /** It says that it saw a second factor (RFC 8176). */
  readonly secondFactor: boolean
}

export type Returned = { readonly organisation: string; readonly attempt: Attempt; readonly account: ProviderAccount }
export type Back = {
  readonly query: string
  readonly cookies: string | undefined
  readonly own: boolean
  /** Hears whose it is once the attempt was found; only an organisation's own attempt gets into its log. */
  readonly onKnown: (organisation: string) => void
}

/**
 * Takes the attempt, whatever becomes of it: neither state nor code is looked at twice.
 *
 * @throws `single_sign_on.refused`, `single_sign_on.denied`, `single_sign_on.provider_failed`, `outgoing.…`
 */
export async function comeBack(setting: SingleSignOnSetting, relying: Relying, back: Back): Promise<Returned> {
  const { database, platformKey, now } = setting
  const parameters = new URLSearchParams(back.query)
  const [state = '', ...more] = parameters.getAll('state')
  const read = readState(state)
  const browser = back.cookies && readCookie(back.cookies, attemptCookie)
  if (read === undefined || read.own !== back.own || more.length > 0 || !browser) {
    throw failSingleSignOn('single_sign_on.refused')
  }
  const { organisation } = read
  const hash = hashSecret(state)
  const taken = { state: hash, browser: hashSecret(browser), now: now().toISOString() }
  const [attempt, provider] = await database.withTenant({ organisation }, async (tx) => [
    await takeAttempt(tx, taken),
    await readProviderRow(tx),
  ])
  if (attempt === undefined) throw failSingleSignOn('single_sign_on.refused')
  back.onKnown(organisation)
  const { issuer, clientId } = attempt
  // Another provider meanwhile: what comes back belongs to the one that was left.
  if (provider?.issuer !== issuer || provider.clientId !== clientId) throw failSingleSignOn('single_sign_on.refused')
  if (parameters.has('error')) throw failSingleSignOn('single_sign_on.denied')
  const access = { issuer, clientId, clientSecret: openSecret(platformKey, organisation, provider) }
  const secrets = platformKey.open('account', attemptContext(organisation, hash), attempt.secretsSealed).toString()
  const claims = await exchange(await relying(organisation, access), {
    ...(JSON.parse(secrets) as {
      nonce: string
      verifier: string
    }),
    state,
    query: back.query,
    redirectUri: readRedirectUri(setting),
  })
  const subject = lookUpSubject(platformKey, issuer, claims.sub)
  const { sub, sid } = claims
  const named = typeof sid === 'string' && sid !== '' && sid.length <= 1000
  const session = named ? lookUpProviderSession(platformKey, issuer, sid) : null
  return { organisation, attempt, account: { subject, sub, session, ...readAccount(claims) } }
}

type Exchange = {
  readonly query: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly redirectUri: string
}
type Claims = { readonly sub: string; readonly [claim: string]: unknown }

/** Issuer of the answer (RFC 9207), code, PKCE, and of the id_token signature, issuer, audience, times and nonce. */
async function exchange(configuration: client.Configuration, back: Exchange): Promise<Claims> {
  const { query, state, nonce, verifier, redirectUri } = back
  const url = new URL(redirectUri)
  url.search = query
  const client = await import('openid-client')
  try {
    const answer = await client.authorizationCodeGrant(configuration, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    const claims = answer.claims()
    if (claims === undefined || claims.sub === '') throw failSingleSignOn('single_sign_on.provider_failed')
    const more = configuration.serverMetadata().userinfo_endpoint !== undefined && claims['email'] === undefined
    if (!more) return claims
    const info = await client.fetchUserInfo(configuration, answer.access_token, claims.sub)
    // Whether an address is verified says who names it: the id_token's word is not of another answer's address.
    return { ...info, ...claims, email_verified: info.email_verified }
  } catch (error) {
    throw findOwn(error) ?? failSingleSignOn('single_sign_on.provider_failed', { cause: error })
  }
}

/** Authentication methods that are something else than a password (RFC 8176, section 2). */
const strongMethods = new Set(['mfa', 'hwk', 'swk', 'sc', 'otp', 'pop'])

function readAccount(claims: Claims): Omit<ProviderAccount, 'subject' | 'sub' | 'session'> {
  const { email, name, auth_time: time, amr } = claims
  const isAddress = typeof email === 'string' && /^[^@\s]{1,64}@[^@\s]{1,190}$/.test(email)
  return {
    email: isAddress ? email : undefined,
    // The word “true” is not true: who sends it does not follow the specification, and this decides who gets in.
    emailVerified: isAddress && claims['email_verified'] === true,
    name: typeof name === 'string' && name.length > 0 && name.length <= 200 ? name : undefined,
    signedIn: typeof time === 'number' && time > 0 && time < 1e11 ? new Date(time * 1000).toISOString() : undefined,
    secondFactor: Array.isArray(amr) && amr.some((method) => typeof method === 'string' && strongMethods.has(method)),
  }
}
