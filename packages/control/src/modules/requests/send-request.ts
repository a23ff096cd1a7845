/** Passes a sealed request to the data plane and its sealed response back; neither can be opened here. */
import { randomUUIDv7 } from 'node:crypto'
import type { Principal } from '@keyhold/contract'
import type { LinkModule } from '../link/index.ts'
import { failRequest } from './errors.ts'
import type { StreamedResponse, Waiting, WaitingRequests } from './waiting-requests.ts'

export const requestLimit = 4 << 20
/** Milliseconds until a request without an answer fails. */
export const responseTimeout = 10 * 60_000

export type RequestSetting = {
  readonly link: Pick<LinkModule, 'callDataPlane'>
  readonly waiting: WaitingRequests
  /** Counts the project's commits; may be up to a second old, but not older than a commit on this node. */
  readonly readCatalogueVersion: (organisation: string, project: string) => Promise<number>
}

export type SentRequest = {
  readonly organisation: string
  readonly project: string
  readonly principal: Principal
  /** The client's network address. */
  readonly source: string
  readonly body: Buffer
  /** Aborted when the client goes. */
  readonly gone: AbortSignal
}

export type SealedAnswer = {
  readonly request: string
  readonly outcome: string
  readonly content: Buffer | StreamedResponse
}

/** @throws `request.empty`, `request.client_gone`, `request.too_many`, `request.response_lost`, `data_plane.away`, `link.timeout`, and what the data plane refuses */
export async function sendRequest(setting: RequestSetting, sent: SentRequest): Promise<SealedAnswer> {
  if (sent.body.length === 0) throw failRequest('request.empty')
  assertWaiting(sent)
  const id = randomUUIDv7()
  const waiting = setting.waiting.add({ id, organisation: sent.organisation, project: sent.project })
  const { promise: left, reject } = Promise.withResolvers<never>()
  const cancel = () => {
    cancelRequest(setting, sent.organisation, id)
    reject(failRequest('request.client_gone'))
  }
  sent.gone.addEventListener('abort', cancel, { once: true })
  try {
    return await Promise.race([exchange(setting, sent, id, waiting), left])
  } finally {
    waiting.end()
    sent.gone.removeEventListener('abort', cancel)
  }
}

async function exchange(
  setting: RequestSetting,
  sent: SentRequest,
  id: string,
  waiting: Waiting,
): Promise<SealedAnswer> {
  const { organisation, project, principal, source } = sent
  const catalogueVersion = await setting.readCatalogueVersion(organisation, project)
  // A cancellation that went out meanwhile was before the request: nothing would end it any more.
  assertWaiting(sent)
  const params = { request: id, project, principal, catalogueVersion, source }
  const options = { body: sent.body, timeout: responseTimeout }
  const answered = setting.link.callDataPlane(organisation, 'request', params, options)
  const inline = answered.then(({ result, body }) => {
    // A streamed response came before, or it never will: the reply is sent after the stream's end.
    if (result.streamed) throw failRequest('request.response_lost')
    return { request: id, outcome: cleanOutcome(result.outcome), content: body }
  })
  const streamed = waiting.streamed.then((response) => {
    return { request: id, outcome: cleanOutcome(response.outcome), content: response }
  })
  return Promise.race([streamed, inline])
}

/** @throws `request.client_gone` */
function assertWaiting({ gone }: SentRequest): void {
  if (gone.aborted) throw failRequest('request.client_gone')
}

/** The outcome goes into a header: a code or the word `result`, nothing else. */
function cleanOutcome(outcome: string): string {
  return /^[a-z][a-z0-9_.]{0,99}$/.test(outcome) ? outcome : 'data_plane.unknown_outcome'
}

function cancelRequest({ link }: RequestSetting, organisation: string, request: string): void {
  // Nobody is left to tell when this fails too.
  link.callDataPlane(organisation, 'request.cancel', { request }).catch(() => {})
}
