/**
 * An OpenID provider that says whatever a test wants, over real TLS: what an attacker's or a broken one would say. The
 * usual way is tested against the real `oidc-provider`.
 */
import { createHash, createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import { createServer } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServerIdentity } from '../../../platform/tls/authority.ts'

type Claims = Readonly<Record<string, unknown>>
type Token = {
  readonly claims: Claims
  /** `RS256` when left out. */
  readonly alg?: string
  /** `JWT` when left out. */
  readonly typ?: string
  /** Signed with a key that the provider does not publish. */
  readonly foreignKey?: boolean
}
/** What the token endpoint was asked. */
type Exchange = { readonly body: URLSearchParams; readonly authorization: string | undefined }

export type TestProvider = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** What the token endpoint was asked so far. */
  readonly exchanges: readonly Exchange[]
  /** Calls of any kind. */
  readonly paths: readonly string[]
  /** A code that is good for this token, once. */
  readonly issue: (token: Token) => string
  /** A token as it is, signed: for what does not come from the token endpoint. */
  readonly sign: (token: Token) => string
  /** The claims that are right for the address to which a browser was sent. */
  readonly claimsFor: (url: string, claims: Claims) => Claims
  readonly stop: () => Promise<void>
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Starts one on a free port of 127.0.0.1. `metadata` takes the place of what it would say of itself; with `userInfo` it has
 * that endpoint, which answers so.
 */
export async function startTestProvider(
  identity: ServerIdentity,
  metadata: Claims = {},
  userInfo?: Claims,
): Promise<TestProvider> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const tokens = new Map<string, Token>()
  const exchanges: Exchange[] = []
  const paths: string[] = []
  const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }
  const server = createServer({ cert: identity.chain, key: identity.key }, async (request, response) => {
    const path = new URL(request.url ?? '/', 'https://localhost').pathname
    paths.push(path)
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (path === '/.well-known/openid-configuration')
      return send(200, {
        ...describe(issuer),
        ...(userInfo && { userinfo_endpoint: `${issuer}/userinfo` }),
        ...metadata,
      })
    if (path === '/userinfo') return send(200, userInfo)
    if (path === '/jwks') return send(200, { keys: [jwk] })
    if (path !== '/token') return send(404, {})
    const body = new URLSearchParams(await readText(request))
    exchanges.push({ body, authorization: request.headers.authorization })
    const token = tokens.get(body.get('code') ?? '')
    tokens.delete(body.get('code') ?? '')
    if (token === undefined) return send(400, { error: 'invalid_grant' })
    const key = token.foreignKey === true ? foreign.privateKey : keys.privateKey
    return send(200, { access_token: randomUUID(), token_type: 'Bearer', id_token: makeToken(token, key) })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A test that failed must not wait for it.
  server.unref()
  const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clientId = 'keyhold'
  return {
    issuer,
    clientId,
    clientSecret: 'a secret of the client',
    exchanges,
    paths,
    issue(token) {
      const code = randomUUID()
      tokens.set(code, token)
      return code
    },
    sign: (token) => makeToken(token, token.foreignKey === true ? foreign.privateKey : keys.privateKey),
    claimsFor(url, claims) {
      const nonce = new URL(url).searchParams.get('nonce')
      const now = Math.floor(Date.now() / 1000)
      return { iss: issuer, aud: clientId, iat: now, exp: now + 300, auth_time: now, nonce, ...claims }
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function describe(issuer: string): Claims {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  }
}

function makeToken({ claims, alg = 'RS256', typ = 'JWT' }: Token, key: KeyObject): string {
  const signed = `${encode({ alg, kid: 'one', typ })}.${encode(claims)}`
  if (alg === 'none') return `${signed}.`
  if (alg === 'HS256')
    return `${signed}.${createHmac('sha256', 'a secret of the client').update(signed).digest('base64url')}`
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** What PKCE's S256 makes of a verifier (RFC 7636, section 4.2). */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}
