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
    sent.on('error', reject)
    sent.end(body)
    return promise
  }
  return { send, close: () => agent.destroy() }
}

function strangerAddress(): { localAddress?: string } {
  if (process.platform !== 'linux') return {}
  return { localAddress: `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}` }
}
