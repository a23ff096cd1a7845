/**
 * Checks of logout tokens (OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6). What is wrong about one that can
 * be seen without the provider's keys is seen first, so that nobody makes this server call the provider with rubbish.
 */
import { createRemoteJWKSet, customFetch, decodeJwt, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose'
import { failSingleSignOn } from './errors.ts'
import type { Fetch } from './relying-party.ts'

/** What a token says has ended. One of the two is there. */
export type NamedLogout = {
  readonly sub: string | undefined
  readonly sid: string | undefined
  /** The token's own id, and when it is too old in any case. */
  readonly jti: string
  readonly until: Date
}
export type LogoutTerms = {
  readonly issuer: string
  readonly clientId: string
  readonly now: Date
  /** The provider's keys, and what it signs with; asked for once the token could be one. */
  readonly readKeys: () => Promise<{ readonly keys: KeySet; readonly algorithms: readonly string[] }>
}
export type KeySet = ReturnType<typeof createRemoteJWKSet>

const event = 'http://schemas.openid.net/event/backchannel-logout'
/** Public keys only: with a shared secret, whoever knows the client's could sign. */
const sound = new Set([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
])
/** In seconds: how old a token may be, and how far clocks may differ. */
const oldest = 600
const skew = 60
const longestText = 1000

/** @throws `single_sign_on.logout_refused`, and what `readKeys` throws */
export async function verifyLogoutToken(token: string, terms: LogoutTerms): Promise<NamedLogout> {
  const { issuer, clientId, now } = terms
  const alg = readAlgorithm(token, terms)
  const { keys, algorithms } = await terms.readKeys()
  if (!algorithms.includes(alg)) throw failSingleSignOn('single_sign_on.logout_refused')
  const verified = await jwtVerify(token, keys, {
    issuer,
    audience: clientId,
    algorithms: [alg],
    maxTokenAge: oldest,
    clockTolerance: skew,
    requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti', 'events'],
    currentDate: now,
  }).catch((cause: unknown) => {
    throw failSingleSignOn('single_sign_on.logout_refused', { cause })
  })
  return readLogout(verified.payload)
}

/** Its algorithm, when it looks like a token of this provider's for us. */
function readAlgorithm(token: string, { issuer, clientId }: LogoutTerms): string {
  try {
    const { alg = '', typ } = decodeProtectedHeader(token)
    const payload = decodeJwt(token)
    // Another kind of token, such as an access token, is no logout token whatever it says besides (section 2.4).
    const kind = typ === undefined || /^(application\/)?(logout\+jwt|jwt)$/i.test(typ)
    const ours = payload.iss === issuer && [payload.aud].flat().includes(clientId)
    readLogout(payload)
    if (kind && ours && sound.has(alg)) return alg
  } catch (cause) {
    throw failSingleSignOn('single_sign_on.logout_refused', { cause })
  }
  throw failSingleSignOn('single_sign_on.logout_refused')
}

/** An ID token is none: it has a nonce, and no event (section 2.6, points 6 and 7). */
function readLogout(payload: JWTPayload): NamedLogout {
  const { sub, sid, jti, events, iat } = payload
  const isText = (value: unknown): value is string =>
    typeof value === 'string' && value !== '' && value.length <= longestText
  const named: unknown = isObject(events) ? events[event] : undefined
  const subjects = [sub, sid].filter((value) => value !== undefined)
  const holds = isObject(named) && subjects.length > 0 && subjects.every(isText) && !('nonce' in payload)
  if (!holds || !isText(jti) || typeof iat !== 'number') throw failSingleSignOn('single_sign_on.logout_refused')
  return { sub, sid: isText(sid) ? sid : undefined, jti, until: new Date((iat + oldest + 2 * skew) * 1000) }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The keys behind an address, which `dial` reaches; asked for again after ten minutes, and for an unknown key at most every thirty seconds. */
export function createKeySet(url: string, dial: Fetch): KeySet {
  return createRemoteJWKSet(new URL(url), {
    [customFetch]: (address, options) => dial(address, { method: 'GET', headers: Object.fromEntries(options.headers) }),
    timeoutDuration: 10_000,
  })
}
