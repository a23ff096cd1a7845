/** Sealed requests: opened, verified, acted on, recorded, and only then answered. */
import { linkBodyLimit, type DataPlaneMethods, type ResponseMeta } from '@keyhold/contract'
import { readEnvelope, type RequestReference } from '@keyhold/sealed'
import { openRequest, receiveContext, type ReceivedConversation } from '@keyhold/sealed/open'
import { DataError, describeRefusal } from '../errors.ts'
import type { EntryDraft } from '../ledger-client/draft.ts'
import type { ControlHttp } from '../link/control-http.ts'
import type { Log } from '../platform/log.ts'
import type { OperationResult } from './operation.ts'
import { runOperation, type OperationsSetting } from './operations.ts'
import type { Reply } from '../rpc/peer.ts'
import type { Asker } from './asker.ts'
import type { Contexts } from './contexts.ts'
import type { Keyring } from './keyring.ts'
import { collect, sealReply, sealSmallReply, type SealedReply } from './response.ts'
import type { RosterIndex } from './roster-index.ts'
import { verifyRequest } from './verify-request.ts'

type RequestParams = DataPlaneMethods['request']['params']
type RequestResult = DataPlaneMethods['request']['result']

export type RequestSetting = OperationsSetting & {
  readonly keyring: Keyring
  readonly roster: RosterIndex
  readonly contexts: Contexts<ReceivedConversation>
  readonly http: ControlHttp
  readonly demandAttested: boolean
  readonly startedAt: number
  readonly record: (entries: EntryDraft[]) => Promise<string>
  readonly log: Log
}

type Opened = { conversation: ReceivedConversation; reference: RequestReference; plaintext: Uint8Array }
type Acted = { meta: ResponseMeta; result: OperationResult | undefined }

/** With its meta and padding still below the link's limit. */
const smallReply = 512 << 10

export class Requests {
  readonly #setting: RequestSetting
  readonly #running = new Map<string, AbortController>()

  constructor(setting: RequestSetting) {
    this.#setting = setting
  }

  cancel(request: string): void {
    this.#running.get(request)?.abort()
  }

  /** @throws only what cannot be sealed to the asker: no conversation, or a log that does not answer. */
  async answer(params: RequestParams, sealed: Uint8Array): Promise<Reply<RequestResult>> {
    const abort = new AbortController()
    this.#running.set(params.request, abort)
    try {
      const opened = await this.#open(params, sealed)
      const { meta, result } = await this.#act(params, opened, abort.signal)
      return await this.#send(params.request, opened, meta, result)
    } finally {
      this.#running.delete(params.request)
    }
  }

  async #open(params: RequestParams, sealed: Uint8Array): Promise<Opened> {
    const { organisation, project, contexts } = this.#setting
    try {
      const envelope = await readEnvelope(sealed)
      const conversation = await contexts.find(envelope.contextId, () => this.#receive(envelope))
      const { plaintext, number, digest } = await openRequest(conversation, sealed, { organisation, project })
      return { conversation, reference: { number, digest }, plaintext }
    } catch (error) {
      const refusal = asForged(error)
      await this.#setting.record([describeRequest(params, project, undefined, { code: refusal.code })])
      throw refusal
    }
  }

  async #receive(envelope: Awaited<ReturnType<typeof readEnvelope>>): Promise<ReceivedConversation> {
    const { organisation, project, keyring } = this.#setting
    if (!envelope.enc) throw unknownContext()
    const key = await keyring.sealingKey(envelope.keyId)
    return receiveContext({ key, enc: envelope.enc, info: { organisation, project } })
  }

  /** Never throws for what the asker can be told; every outcome is in the log when it returns. */
  async #act(params: RequestParams, opened: Opened, signal: AbortSignal): Promise<Acted> {
    const entries: EntryDraft[] = []
    let asker: Asker | undefined
    let operation = 'request'
    let acted: Acted
    try {
      const verified = await this.#verify(params, opened)
      asker = verified.asker
      operation = verified.request.operation
      await this.#setting.catalogue.refresh(params.catalogueVersion)
      const result = await runOperation(verified, asker, this.#setting, entries, signal)
      acted = { meta: describeResult(result, asker), result }
    } catch (error) {
      this.#setting.log('request.refused', { request: params.request }, error)
      acted = { meta: describeProblem(error, asker), result: undefined }
    }
    entries.push(describeRequest(params, this.#setting.project, asker, acted.meta, operation, opened.reference.digest))
    const checkpoint = await this.#record(entries, acted)
    return { ...acted, meta: { ...acted.meta, checkpoint } }
  }

  async #verify(params: RequestParams, { conversation, reference, plaintext }: Opened) {
    const { organisation, project, roster, demandAttested, startedAt } = this.#setting
    const rules = { organisation, project, roster, demandAttested, startedAt, now: Date.now() }
    const place = { context: conversation.contextId, number: reference.number }
    return verifyRequest(plaintext, place, params.principal, rules)
  }

  async #record(entries: EntryDraft[], acted: Acted): Promise<string> {
    try {
      return await this.#setting.record(entries)
    } catch (error) {
      await acted.result?.done()
      throw error
    }
  }

  async #send(
    request: string,
    { conversation, reference }: Opened,
    meta: ResponseMeta,
    result: OperationResult | undefined,
  ): Promise<Reply<RequestResult>> {
    const { organisation, project } = this.#setting
    const outcome = meta.outcome === 'result' ? 'result' : (meta.code ?? 'problem')
    const body = result?.body ?? new Uint8Array(0)
    const place = { organisation, project }
    try {
      if (body instanceof Uint8Array && body.length <= smallReply) {
        return {
          result: { outcome, streamed: false },
          body: await sealSmallReply(conversation, reference, place, meta, body),
        }
      }
      const sealed = await sealReply(conversation, reference, place, { meta, body })
      if (sealed.length <= linkBodyLimit) return { result: { outcome, streamed: false }, body: await collect(sealed) }
      await this.#stream(request, sealed, outcome)
      return { result: { outcome, streamed: true } }
    } finally {
      await result?.done()
    }
  }

  async #stream(request: string, sealed: SealedReply, outcome: string): Promise<void> {
    await this.#setting.http.postResponse(request, sealed.chunks, sealed.length, outcome)
  }
}

function describeResult(result: OperationResult, asker: Asker): ResponseMeta {
  const { columns, rows, bodyLength, cached, timings } = result
  return { outcome: 'result', columns, rows, bodyLength, checkpoint: null, attested: asker.attested, cached, timings }
}

function describeProblem(error: unknown, asker: Asker | undefined): ResponseMeta {
  const refusal = describeRefusal(error)
  return {
    outcome: 'problem',
    ...refusal,
    bodyLength: 0,
    checkpoint: null,
    attested: asker?.attested ?? false,
    cached: false,
    timings: {},
  }
}

function describeRequest(
  params: RequestParams,
  project: string,
  asker: Asker | undefined,
  meta: Partial<ResponseMeta>,
  operation = 'request',
  digest: string | null = null,
): EntryDraft {
  const { code = null, rows = null, bodyLength = null, cached = false } = meta
  return {
    action: `${operation}.run`,
    outcome: code === null ? 'success' : isDenial(code) ? 'denied' : 'failure',
    code,
    project,
    actor: { kind: params.principal.kind, id: params.principal.id },
    object: { kind: 'request', id: params.request },
    details: {
      digest,
      attested: asker?.attested ?? false,
      keyId: asker?.keyId || null,
      cached,
      rows,
      bytes: bodyLength,
    },
  }
}

function isDenial(code: string): boolean {
  return code.startsWith('access.') || code.startsWith('request.') || code.startsWith('manifest.')
}

/** A message that does not open is a forged one to whoever sent it; replays and ended conversations say so. */
function asForged(error: unknown): DataError {
  const { code, message, remedy } = describeRefusal(error)
  const named = /^(request|context|key|link|manifest|ledger)\./.test(code) && code !== 'request.context_mismatch'
  if (named) return new DataError(code, message, remedy, { cause: error })
  return new DataError('request.forged', 'The request does not open in its conversation.', 'Open a new conversation.', {
    cause: error,
  })
}

function unknownContext(): DataError {
  return new DataError(
    'context.unknown',
    'The conversation is not known.',
    'Open a new one; the client does so by itself.',
  )
}
