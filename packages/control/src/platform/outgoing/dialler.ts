/**
 * The control plane's own calls to the outside: HTTPS only, to addresses that were checked and are then dialled as they
 * were checked, without redirects, within limits of size and time. What somebody enters as an address of an identity
 * provider must not become a way into the operator's network (SSRF).
 */
import { lookup as lookUpSystem, Resolver } from 'node:dns/promises'
import type { IncomingMessage } from 'node:http'
import { request as sendRequest, type RequestOptions } from 'node:https'
import { isIP } from 'node:net'
import { rootCertificates } from 'node:tls'
import { defineErrors } from '../errors.ts'
import { createAddressSet, readAddress, type AddressSet } from '../network-address.ts'
import { isPublicAddress } from './public-addresses.ts'
import type { OutgoingSettings } from './settings.ts'

const failOutgoing = defineErrors({
  'outgoing.not_https': {
    status: 400,
    message: 'Only https addresses without a user name in them are called.',
    remedy: 'Enter the address with https.',
  },
  'outgoing.forbidden': {
    status: 400,
    message: 'This installation does not call that address: it is not public, or its port is unusual.',
    remedy: 'Use a public address on port 443 or 8443, or ask the operator to list it in KEYHOLD_OUTGOING_ALLOW.',
  },
  'outgoing.unknown_host': {
    status: 400,
    message: 'There is no host of that name.',
    remedy: 'Check its spelling.',
  },
  'outgoing.too_large': {
    status: 502,
    message: 'The other side answered with more than a megabyte.',
    remedy: 'Check that the address is the right one.',
  },
  'outgoing.failed': {
    status: 502,
    message: 'The other side could not be reached, or its certificate is not trusted.',
    remedy: 'Check the address and that its server answers; for a certificate of your own see KEYHOLD_OUTGOING_CA.',
  },
})

/** In milliseconds, from the look-up of the name to the last byte. */
const patience = 10_000
const mostBytes = 1024 * 1024
const usualPorts = new Set([443, 8443])

type Resolved = { readonly address: string; readonly family: number }
type OutgoingCall = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | undefined
}
type OutgoingAnswer = {
  readonly status: number
  readonly headers: [string, string][]
  readonly body: Buffer
}
export type Dialler = {
  /**
   * One call; a redirect is an answer like another.
   *
   * @throws `outgoing.not_https`, `outgoing.forbidden`, `outgoing.unknown_host`, `outgoing.too_large`, `outgoing.failed`
   */
  readonly call: (url: URL, call: OutgoingCall) => Promise<OutgoingAnswer>
  /** TXT records of a name, each as one text; none when there is no such name. @throws `outgoing.failed` */
  readonly readTexts: (name: string) => Promise<string[]>
}

/** `resolve` gives a name's addresses; the system's look-up, hosts file included, when left out. */
export function createDialler(
  settings: OutgoingSettings,
  resolve: (host: string) => Promise<Resolved[]> = (host) => lookUpSystem(host, { all: true }),
): Dialler {
  const listed = createAddressSet(settings.ranges)
  const ca = settings.authorities === undefined ? undefined : [...rootCertificates, settings.authorities]
  const check = createCheck(settings.hosts, listed, resolve)
  return {
    async call(url, call) {
      if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') {
        throw failOutgoing('outgoing.not_https')
      }
      const stop = AbortSignal.timeout(patience)
      const target = await Promise.race([check(url), rejectOn(stop)])
      return send(url, call, target, { signal: stop, ...(ca && { ca }) })
    },
    readTexts: (name) => readTexts(settings.dnsServers, name),
  }
}

/** The address to dial. Every address of the name must be allowed, not only the one that is taken. */
function createCheck(hosts: readonly string[], listed: AddressSet, resolve: (host: string) => Promise<Resolved[]>) {
  const isListed = (text: string) => {
    const address = readAddress(text)
    return address !== undefined && listed.has(address)
  }
  return async (url: URL): Promise<Resolved> => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const family = isIP(host)
    const found = family > 0 ? [{ address: host, family }] : await resolveName(resolve, host)
    const [first] = found
    if (first === undefined) throw failOutgoing('outgoing.unknown_host')
    if (hosts.includes(host)) return first
    const allListed = found.every(({ address }) => isListed(address))
    const allowed = found.every(({ address }) => isListed(address) || isPublicAddress(address))
    const usual = allListed || usualPorts.has(Number(url.port === '' ? 443 : url.port))
    if (!allowed || !usual) throw failOutgoing('outgoing.forbidden')
    return first
  }
}

async function resolveName(resolve: (host: string) => Promise<Resolved[]>, host: string): Promise<Resolved[]> {
  try {
    return await resolve(host)
  } catch (cause) {
    throw failOutgoing('outgoing.unknown_host', { cause })
  }
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(failOutgoing('outgoing.failed', { cause: signal.reason })))
  })
}

/** The socket is told the address; name and certificate stay those of the URL. */
async function send(
  url: URL,
  { method, headers, body }: OutgoingCall,
  { address, family }: Resolved,
  options: RequestOptions,
): Promise<OutgoingAnswer> {
  const lookup: RequestOptions['lookup'] = (_host, { all }, done) => {
    if (all) done(null, [{ address, family }])
    else done(null, address, family)
  }
  const { promise, resolve, reject } = Promise.withResolvers<OutgoingAnswer>()
  const request = sendRequest(url, { ...options, method, headers, lookup, agent: false }, (response) => {
    readAll(response).then(resolve, reject)
  })
  request.on('error', reject)
  request.end(body)
  try {
    return await promise
  } catch (cause) {
    request.destroy()
    throw cause instanceof Error && 'remedy' in cause ? cause : failOutgoing('outgoing.failed', { cause })
  }
}

async function readAll(response: IncomingMessage): Promise<OutgoingAnswer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > mostBytes) throw failOutgoing('outgoing.too_large')
    chunks.push(chunk)
  }
  const headers = Object.entries(response.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) }
}

async function readTexts(servers: readonly string[], name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  if (servers.length > 0) resolver.setServers(servers)
  try {
    return (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOTFOUND' || code === 'ENODATA') return []
    throw failOutgoing('outgoing.failed', { cause })
  }
}
