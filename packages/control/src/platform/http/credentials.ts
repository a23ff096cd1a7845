/** Reads the caller's credential from a request: a bearer, or the browser's session cookie with its site checks. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { failAccess } from '../access.ts'

export const sessionCookie = '__Host-keyhold'
/** Of operators, read on their routes alone: a browser may hold both, and neither lends the other power. */
export const operatorCookie = '__Host-keyhold-operator'

/** `operator`: it came in the operators' cookie. */
export type Credential = { readonly secret: string; readonly cookie: boolean; readonly operator?: true }

/** `realm`: whose cookie is read. @throws `access.cross_site` when a cookie comes with a call that another site made */
export function readCredential(request: FastifyRequest, realm: 'member' | 'operator'): Credential | undefined {
  const { authorization, cookie } = request.headers
  if (authorization !== undefined) {
    const secret = /^bearer +([\x21-\x7e]{1,600})$/i.exec(authorization)?.[1]
    return secret === undefined ? undefined : { secret, cookie: false }
  }
  const secret =
    cookie === undefined ? undefined : readCookie(cookie, realm === 'operator' ? operatorCookie : sessionCookie)
  if (secret === undefined) return undefined
  checkSameSite(request)
  return { secret, cookie: true, ...(realm === 'operator' && { operator: true }) }
}

export function formatSessionCookie(secret: string, expires: string, name = sessionCookie): string {
  return `${name}=${secret}; Path=/; Secure; HttpOnly; SameSite=Strict; Expires=${new Date(expires).toUTCString()}`
}

/** Gives a new session to its caller: to a browser in a cookie that no script reads, to others in the answer. */
export function handOver<S extends { readonly secret: string; readonly expires: string }>(
  reply: FastifyReply,
  browser: boolean,
  session: S,
): S | null {
  if (!browser) return session
  reply.header('set-cookie', formatSessionCookie(session.secret, session.expires))
  return null
}

/** Another site must not sign a browser in, to an account that is not the person's. @throws `access.cross_site` */
export function refuseOtherSites({ headers }: Pick<FastifyRequest, 'headers'>): void {
  const { origin, host, 'sec-fetch-site': site = 'same-origin' } = headers
  const foreign = origin !== undefined && origin !== `https://${host}`
  if (foreign || (site !== 'same-origin' && site !== 'none')) throw failAccess('access.cross_site')
}

export function readCookie(header: string, name: string): string | undefined {
  const pair = header.split('; ').find((part) => part.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}

/** A cookie counts only in calls that this site's own pages make (Fetch Metadata, and Origin where there is one). */
function checkSameSite({ headers, method }: FastifyRequest): void {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw failAccess('access.cross_site')
  const { origin } = headers
  if (origin !== undefined && origin !== `https://${headers.host}`) throw failAccess('access.cross_site')
  const changes = method !== 'GET' && method !== 'HEAD'
  if (changes && origin === undefined && site !== 'same-origin') throw failAccess('access.cross_site')
}
