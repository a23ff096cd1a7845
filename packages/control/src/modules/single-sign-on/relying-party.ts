/** This installation as a client of a provider: openid-client, loaded with the first use, set up so that it can be relied on. */
import type * as client from 'openid-client'
import { AppError } from '../../platform/errors.ts'
import type { Dialler } from '../../platform/outgoing/dialler.ts'
import { failSingleSignOn } from './errors.ts'

type ProviderAccess = { readonly issuer: string; readonly clientId: string; readonly clientSecret: string }

/** How long a provider's configuration and keys are used before it is asked again, in milliseconds. */
const life = 10 * 60_000
const mostKept = 200

/**
 * Asks a provider for its configuration.
 *
 * @throws `identity_provider.unusable`, `outgoing.…`
 */
export async function discover(dialler: Dialler, access: ProviderAccess): Promise<client.Configuration> {
  const client = await import('openid-client')
  const { issuer, clientId, clientSecret } = access
  const fetch = createFetch(dialler)
  const found = await reportUnusable(async () =>
    client.discovery(new URL(issuer), clientId, undefined, undefined, { [client.customFetch]: fetch, timeout: 10 }),
  )
  const server = found.serverMetadata()
  requireUsable(server, issuer)
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  const authentication = methods.includes('client_secret_basic')
    ? client.ClientSecretBasic(clientSecret)
    : client.ClientSecretPost(clientSecret)
  const configuration = new client.Configuration(server, clientId, undefined, authentication)
  configuration[client.customFetch] = fetch
  configuration.timeout = 10
  // Left out, the library believes an id_token that came over TLS without looking at its signature.
  client.enableNonRepudiationChecks(configuration)
  return configuration
}

/** The issuer must be spelled as the provider spells it: the library is lenient with some providers of many tenants. */
function requireUsable(server: client.ServerMetadata, issuer: string): void {
  const addresses = [server.authorization_endpoint, server.token_endpoint, server.jwks_uri]
  const usable =
    server.issuer === issuer &&
    addresses.every((address) => address !== undefined && URL.parse(address)?.protocol === 'https:') &&
    (server.response_types_supported ?? ['code']).includes('code')
  if (!usable) throw failSingleSignOn('identity_provider.unusable')
}

async function reportUnusable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw findOwn(error) ?? failSingleSignOn('identity_provider.unusable', { cause: error })
  }
}

/** The dialler's own refusal, which the library may have put inside an error of its own. */
export function findOwn(error: unknown): AppError | undefined {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof AppError) return inner
  }
  return undefined
}

type Asked = {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: client.FetchBody
}
export type Fetch = (url: string, asked: Asked) => Promise<Response>

/** The libraries' calls, through the dialler. */
export function createFetch(dialler: Dialler): Fetch {
  return async (url, { method, headers, body }) => {
    const given = body instanceof URLSearchParams ? body.toString() : body
    if (given !== undefined && given !== null && typeof given !== 'string' && !(given instanceof Uint8Array)) {
      throw new TypeError('only texts and bytes are sent')
    }
    const answer = await dialler.call(new URL(url), { method, headers, ...(given && { body: given }) })
    const empty = answer.status === 204 || answer.status === 304 || answer.body.length === 0
    return new Response(empty ? null : new Uint8Array(answer.body), { status: answer.status, headers: answer.headers })
  }
}

export type Relying = (organisation: string, access: ProviderAccess) => Promise<client.Configuration>

/** Keeps configurations for ten minutes, with the keys that the library fetched for them; failures are not kept. */
export function createRelying(dialler: Dialler, clock: () => number): Relying {
  const kept = new Map<string, { readonly until: number; readonly found: Promise<client.Configuration> }>()
  return (organisation, access) => {
    const key = JSON.stringify([organisation, access.issuer, access.clientId, access.clientSecret])
    const known = kept.get(key)
    if (known !== undefined && known.until > clock()) return known.found
    const found = discover(dialler, access)
    kept.delete(key)
    kept.set(key, { until: clock() + life, found })
    found.catch(() => kept.delete(key))
    if (kept.size > mostKept) kept.delete(kept.keys().next().value as string)
    return found
  }
}
