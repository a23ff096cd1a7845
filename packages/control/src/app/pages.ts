/**
 * Pages outside the API: the web app, or a plain first page where it is not built; public samples, the API's description
 * and the authority's certificate. They hold no data.
 */
import { createHash } from 'node:crypto'
import { buildOpenApi } from '@keyhold/contract'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { revocationListType } from '../platform/http/listener.ts'
import { revocationListPath, type ServerIdentity } from '../platform/tls/authority.ts'
import { addSamples } from './web/samples.ts'
import { addWebApp } from './web/serve-web.ts'
import { readWebApp } from './web/web-files.ts'

const style =
  ':root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}'
const styleHash = createHash('sha256').update(style).digest('base64')
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export type PageParts = {
  readonly identity: ServerIdentity
  readonly version: string
  /** Folder of the built web app. */
  readonly webFolder: string | undefined
  /** Folder of the public samples; undefined where they are not installed. */
  readonly sampleFolder: string | undefined
}

const page = { config: { page: true as const } }

export function addPages(app: FastifyInstance, { identity, version, webFolder, sampleFolder }: PageParts): void {
  const web = webFolder === undefined ? undefined : readWebApp(webFolder)
  if (web) addWebApp(app, web)
  else addPlainPages(app)
  if (sampleFolder !== undefined) addSamples(app, sampleFolder)
  const description = JSON.stringify(buildOpenApi(version))
  app.get('/openapi.json', page, (_request, reply) => reply.type('application/json').send(description))
  app.get('/authority.pem', page, (_request, reply) => reply.type('application/x-pem-file').send(identity.authority))
  app.get(revocationListPath, page, (_request, reply) => reply.type(revocationListType).send(identity.revocationList()))
}

/** Without script: whatever is in a set-up link's fragment stays in the address bar. */
function addPlainPages(app: FastifyInstance): void {
  app.get('/', page, (_request, reply) => sendHtml(reply, 'Keyhold', welcome))
  app.get('/setup', page, (_request, reply) => sendHtml(reply, 'Set up Keyhold', setup))
}

function sendHtml(reply: FastifyReply, title: string, body: string): FastifyReply {
  reply.type('text/html; charset=utf-8').header('content-security-policy', policy)
  return reply.send(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
      `<title>${title}</title><style>${style}</style><body><main><h1>${title}</h1>${body}</main></body></html>`,
  )
}

const welcome = `
<p>This is a Keyhold control plane. It passes on and keeps what it cannot read: it holds no key that opens your data.</p>
<p>Use it from the shell: <code>npx keyhold --help</code>. The API is described in
<a href="/openapi.json">openapi.json</a>; this server’s authority is <a href="/authority.pem">authority.pem</a>.</p>`

const setup = `
<p>Setting up happens in your shell, where your device’s key is made and stays. Copy this page’s whole address and run:</p>
<p><code>npx keyhold setup 'ADDRESS'</code></p>
<p>The part after <code>#</code> is a one-time secret of your data plane. Browsers do not send it to servers, and this
page runs no script.</p>`
