/** Security headers of every answer. */
import type { FastifyReply, FastifyRequest } from 'fastify'

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
} as const

/**
 * Headers for an answer. Strict-Transport-Security is left out on localhost, where a browser would apply it to every
 * other program on this machine.
 */
export function securityHeaders(host: string | undefined): Record<string, string> {
  return isLocal(host) ? always : { ...always, 'strict-transport-security': 'max-age=63072000; includeSubDomains' }
}

export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(securityHeaders(request.headers.host))
}

function isLocal(host = 'localhost'): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host)
}
