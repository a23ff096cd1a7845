/** The web app's addresses: its files by name, and its page for every other address that a browser opens. */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pagePolicy, scriptPolicy } from './content-policy.ts'
import { chooseForm, type WebApp, type WebFile } from './web-files.ts'

const page = { config: { page: true as const } }

export function addWebApp(app: FastifyInstance, web: WebApp): void {
  app.get('/', page, (_request, reply) => sendPage(reply, web))
  app.get('/*', page, (request, reply) => {
    const path = request.url.split('?')[0] as string
    const file = web.files.get(path)
    if (file) return sendFile(request, reply, file)
    if (isPageAddress(path) && wantsPage(request)) return sendPage(reply, web)
    reply.callNotFound()
    return reply
  })
}

/** The app shows its own "not found"; what is the API's, or a file that is gone, is not there for browsers either. */
function isPageAddress(path: string): boolean {
  return !path.startsWith('/v1/') && path !== '/v1' && !path.startsWith('/assets/') && !path.startsWith('/samples/')
}

function wantsPage({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').includes('text/html')
}

/** Not stored: each answer has a nonce of its own. */
function sendPage(reply: FastifyReply, web: WebApp): FastifyReply {
  const nonce = randomBytes(18).toString('base64')
  reply.type('text/html; charset=utf-8').header('content-security-policy', pagePolicy(nonce))
  return reply.send(web.page.join(nonce))
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: WebFile): FastifyReply {
  reply.header('cache-control', file.hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  reply.header('etag', file.etag).header('vary', 'accept-encoding')
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
  if (file.type.startsWith('text/javascript')) reply.header('content-security-policy', scriptPolicy)
  const { encoding, bytes } = chooseForm(file, request.headers['accept-encoding'] ?? '')
  if (encoding) reply.header('content-encoding', encoding)
  return reply.type(file.type).send(bytes)
}
