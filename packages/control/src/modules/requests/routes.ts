import { finished, type Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Handlers } from '../../platform/http/call.ts'
import { describePrincipal, peerOf } from '../link/index.ts'
import { failRequest } from './errors.ts'
import { requestLimit, type RequestSetting, responseTimeout, sendRequest } from './send-request.ts'
import type { StreamedResponse } from './waiting-requests.ts'

const outcomeHeader = 'x-keyhold-outcome'

export function createRequestHandlers(setting: RequestSetting): Handlers<'sendRequest' | 'postResponse'> {
  return {
    async sendRequest({ organisation, principal, params, body, address, request: { raw }, reply, note, cut }) {
      // A long query says nothing until it is done.
      raw.setTimeout(responseTimeout + 10_000)
      const gone = watchClient(reply, cut)
      const sealed = await gather(body).catch((cause: unknown) => {
        reply.header('connection', 'close')
        throw cause
      })
      const { project } = params
      const sent = {
        organisation,
        project,
        principal: { ...describePrincipal(principal), ...(principal.kind === 'person' && { role: principal.role }) },
        source: address,
        body: sealed,
        gone,
      }
      const { request, outcome, content } = await sendRequest(setting, sent)
      note({ object: { kind: 'request', id: request }, details: { outcome } })
      reply.header(outcomeHeader, outcome)
      return Buffer.isBuffer(content) ? content : passOn(content, reply)
    },
    async postResponse({ principal, params, body, request, note }) {
      note({ object: { kind: 'request', id: params.request } })
      const outcome = request.headers[outcomeHeader]
      const length = request.headers['content-length']
      const response = { outcome: typeof outcome === 'string' ? outcome : 'result', length, content: body }
      await setting.waiting.deliver(peerOf(principal).organisation, params.request, response)
      return undefined
    },
  }
}

/** Aborted when the client's connection ends before its answer, or the client may no longer have one. */
function watchClient(reply: FastifyReply, cut: AbortSignal | undefined): AbortSignal {
  const controller = new AbortController()
  // Who left while the body was read is told by no event any more.
  if (reply.raw.closed || reply.raw.destroyed) controller.abort()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  return cut === undefined ? controller.signal : AbortSignal.any([controller.signal, cut])
}

/** @throws `request.too_large` */
async function gather(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  // Leaving the body early must not end the connection that the refusal goes out on.
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > requestLimit) throw failRequest('request.too_large')
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

/** The response's stream goes to the client as it comes; what ends one side ends the other. */
function passOn({ content, length, settle }: StreamedResponse, reply: FastifyReply): Readable {
  if (length !== undefined) reply.header('content-length', length)
  finished(reply.raw, (error) => {
    const lost = content.readableEnded ? 'request.client_gone' : 'request.response_lost'
    settle(error ? failRequest(lost, { cause: error }) : undefined)
  })
  return content
}
