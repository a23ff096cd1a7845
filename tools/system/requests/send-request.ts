import { randomInt } from 'node:crypto'
import { Agent, request as sendRequest } from 'node:https'
import type { Target } from '../../attack/target.ts'
import type { Answer } from './check-answer.ts'
import type { GeneratedRequest } from './generate-request.ts'

const patience = 20_000

export type Sender = {
  /** Rejects when the server ends the connection without an answer, or takes more than 20 seconds. */
  readonly send: (request: GeneratedRequest) => Promise<Answer>
  readonly close: () => void
}

/** Sends generated requests as they are; strangers come from an address each, since refused ones are slowed by address. */
export function openSender({ port, authority, bearers }: Target): Sender {
  const agent = new Agent({ ca: authority, keepAlive: true })
  const common = { host: '127.0.0.1', port, servername: 'localhost', ca: authority, setHost: false }
  function send({ as, method, target, headers, body }: GeneratedRequest): Promise<Answer> {
    const own = as === 'nobody' ? { agent: false as const, ...strangerAddress() } : { agent }
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const all = [
      ['host', `localhost:${port}`],
      ...(as === 'nobody' || headers.some(([name]) => name === 'authorization')
        ? []
        : [['authorization', `Bearer ${bearers[as]}`]]),
      ...headers,
      ...(body === undefined ? [] : [['content-length', String(body.length)]]),
    ]
    const sent = sendRequest({ ...common, ...own, method, path: target, headers: all.flat() }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.setTimeout(patience, () => sent.destroy(new Error('no answer in time')))
    sent.on('error', (error) => {
      const answer = method === 'HEAD' ? readHead(error) : undefined
      if (answer === undefined) reject(error)
      else resolve(answer)
    })
    sent.end(body)
    return promise
  }
  return { send, close: () => agent.destroy() }
}

/**
 * Of headers so long that they come in parts, the server no longer sees that it was a HEAD, and answers with a body, which
 * Node's client takes ill. Its status and headers count all the same.
 */
function readHead(error: Error & { readonly rawPacket?: Buffer }): Answer | undefined {
  const [head = ''] = error.rawPacket?.toString('latin1').split('\r\n\r\n', 1) ?? []
  const [first = '', ...lines] = head.split('\r\n')
  const status = /^HTTP\/1\.1 (431) /.exec(first)?.[1]
  if (status === undefined) return undefined
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 2),
  ])
  return { status: Number(status), headers: Object.fromEntries(headers) as Answer['headers'], body: Buffer.alloc(0) }
}

function strangerAddress(): { localAddress?: string } {
  if (process.platform !== 'linux') return {}
  return { localAddress: `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}` }
}
