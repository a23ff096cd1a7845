/** The real `oidc-provider` on 127.0.0.1, over TLS with a certificate of its own authority. */
import { createServer, request as sendRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { openServerIdentity } from '../../packages/control/src/platform/tls/authority.ts'

export type IdentityProviderProcess = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** PEM that its certificate is under. */
  readonly authority: string
  /** Says to a client, of which its certificate is under the authority given, that somebody signed out. */
  readonly logOut: (name: string, client: { readonly uri: string; readonly authority: string }) => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Starts one. Whoever signs in there as `name` is the subject `name` with the address `name@domain`, verified; any password
 * will do.
 */
export async function startIdentityProvider(
  folder: string,
  { domain, redirectUri }: { domain: string; redirectUri: string },
): Promise<IdentityProviderProcess> {
  const identity = openServerIdentity(folder)
  const server = createServer({ cert: identity.chain, key: identity.key })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const [clientId, clientSecret] = ['keyhold', 'a secret of the client in tests']
  const trusted = { authority: '' }
  const provider = new Provider(issuer, {
    features: { backchannelLogout: { enabled: true } },
    fetch: (url: URL | string, { body }: { body?: unknown }) => postForm(new URL(url), String(body), trusted.authority),
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['cookies of a test'] },
    async findAccount(_context, id) {
      return {
        accountId: id,
        claims: async () => ({ sub: id, email: `${id}@${domain}`, email_verified: true, name: `Person ${id}` }),
      }
    },
  })
  server.on('request', provider.callback())
  server.unref()
  return {
    issuer,
    clientId,
    clientSecret,
    authority: identity.authority,
    async logOut(name, { uri, authority }) {
      const client = await provider.Client.find(clientId)
      if (client === undefined) throw new Error('There is no such client.')
      client.backchannelLogoutUri = uri
      trusted.authority = authority
      await client.backchannelLogout(name)
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The provider's own call. */
function postForm(url: URL, body: string, ca: string): Promise<Response> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  const sent = sendRequest(url, { method: 'POST', headers, ca, agent: false }, (response) => {
    response.resume()
    resolve(new Response(null, { status: response.statusCode ?? 500 }))
  })
  sent.once('error', reject)
  sent.end(body)
  return promise
}
