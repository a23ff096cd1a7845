/** The way to the provider: state, nonce and PKCE, bound to the browser that begins. */
import { randomBytes } from 'node:crypto'
import { hashSecret } from '../tokens/index.ts'
import { insertAttempt, type Purpose } from './attempt-store.ts'
import { failSingleSignOn } from './errors.ts'
import { openSecret, readProviderRow } from './provider-store.ts'
import type { Relying } from './relying-party.ts'
import { readRedirectUri, type SingleSignOnSetting } from './setting.ts'

/** In milliseconds: to sign in at the provider, second factor included. */
const life = 10 * 60_000

/**
 * The browser's half of an attempt. `Strict` will do: the provider sends the browser to a page of ours, and that page's
 * own script hands the answer in, so that no call from another site ever needs it (docs/decisions/single-sign-on.md).
 */
export const attemptCookie = '__Host-keyhold-sso'
export const formatAttemptCookie = (secret: string, maxAge: number) =>
  `${attemptCookie}=${secret}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${maxAge}`

export type Departure = {
  readonly organisation: string
  readonly purpose: Purpose
  readonly session: string | null
  readonly invitation: string | null
  /** Names the account to the provider, so that it need not be typed again. */
  readonly hint?: string
}

/** Of the state's three parts the middle one tells the page which call hands the answer in. */
export function readState(state: string): { organisation: string; own: boolean } | undefined {
  const [, organisation, way] =
    /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.(in|own)\.[\w-]{43}$/.exec(state) ?? []
  return organisation === undefined ? undefined : { organisation, own: way === 'own' }
}

export const attemptContext = (organisation: string, state: Buffer) =>
  `sign_on_attempts/${organisation}/${state.toString('base64url')}`

/**
 * Stores the attempt and gives where the browser goes, with the cookie that it needs to come back.
 *
 * @throws `identity_provider.missing`, `identity_provider.unusable`, `outgoing.…`
 */
export async function depart(
  setting: SingleSignOnSetting,
  relying: Relying,
  { organisation, purpose, session, invitation, hint }: Departure,
): Promise<{ url: string; cookie: string; state: string }> {
  const { database, platformKey, now } = setting
  const provider = await database.readTenant({ organisation }, readProviderRow)
  if (provider === undefined) throw failSingleSignOn('identity_provider.missing')
  const { issuer, clientId, scopes } = provider
  const clientSecret = openSecret(platformKey, organisation, provider)
  const configuration = await relying(organisation, { issuer, clientId, clientSecret })
  const draw = () => randomBytes(32).toString('base64url')
  const [browser, nonce, verifier] = [draw(), draw(), draw()]
  const state = `${organisation}.${purpose === 'sign-in' ? 'in' : 'own'}.${draw()}`
  const hash = hashSecret(state)
  const time = now().getTime()
  await database.withTenant({ organisation }, (tx) =>
    insertAttempt(tx, {
      organisation,
      purpose,
      issuer,
      clientId,
      session,
      invitation,
      state: hash,
      browser: hashSecret(browser),
      secretsSealed: platformKey.seal(
        'account',
        attemptContext(organisation, hash),
        JSON.stringify({
          nonce,
          verifier,
        }),
      ),
      created: new Date(time).toISOString(),
      expires: new Date(time + life).toISOString(),
    }),
  )
  const client = await import('openid-client')
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: readRedirectUri(setting),
    scope: withOpenid(scopes),
    response_type: 'code',
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(purpose === 'step-up' && {
      max_age: '0',
      prompt: 'login',
    }),
    ...(hint !== undefined && { login_hint: hint }),
  })
  return { url: url.href, cookie: formatAttemptCookie(browser, life / 1000), state }
}

function withOpenid(scopes: string): string {
  return [...new Set(['openid', ...scopes.split(' ')])].join(' ')
}
