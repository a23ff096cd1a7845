/** The sealed conversation with the data plane: one HPKE context, signed requests, responses that only we can open. */
import { ApiError, type Problem, type ResponseMeta } from '@keyhold/contract'
import {
  encodeBase64url,
  encodeCanonical,
  signStatement,
  type ContextExpectation,
  type Conversation,
} from '@keyhold/sealed'
import { responseKeys, type FileKeys } from '@keyhold/sealed/open'
import { openContext, sealRequest } from '@keyhold/sealed/seal'
import { joinBytes } from './bytes.ts'
import type { ProjectCaller } from './caller.ts'
import { drawId } from './draw-id.ts'
import { ClientError, SealedProblem } from './errors.ts'
import type { PinStore } from './pins.ts'
import { fetchSealingKey } from './sealing-keys.ts'

/** The control plane's answer to one sealed request, as it came. */
type RawAnswer = { readonly status: number; readonly body: AsyncIterable<Uint8Array> }

/** An answer that was opened far enough to say what it is. Must be closed. */
export type OpenedAnswer = { readonly meta: ResponseMeta; close(): Promise<void> }

/** Opens what the data plane sealed to us; each client keeps and reads the bytes in its own way. */
export type AnswerOpener<A extends OpenedAnswer> = (
  body: AsyncIterable<Uint8Array>,
  keys: FileKeys,
  expected: ContextExpectation,
) => Promise<A>

/** What a conversation needs of its surroundings. */
export type ConversationPorts = {
  readonly pins: PinStore
  readonly now: () => number
  /** Sends one sealed request; rejects with the transport's own error when there was no answer. */
  send(sealed: Uint8Array, signal: AbortSignal | undefined): Promise<RawAnswer>
  /** True when an error means that no answer came. */
  isAbsence(error: unknown): boolean
  /** Waits a little longer with each failure; throws when patience ends. */
  waitAfter(failure: unknown, attempt: number): Promise<void>
}

export type DataPlane = {
  /**
   * Asks the data plane. Throws SealedProblem for its refusal, ApiError for the control plane's, `response.malformed`.
   * The answer must be closed.
   */
  ask<A extends OpenedAnswer>(operation: string, body: object, open: AnswerOpener<A>, signal?: AbortSignal): Promise<A>
  /** A request signed and sealed but not sent; good for one sending within 55 s. */
  prepare(operation: string, body: object): Promise<Question>
}

/** What is sent, and the keys that open its answer. */
export type Question = { readonly sealed: Uint8Array; readonly keys: FileKeys }

type State = { context: Conversation; next: number; opened: number }

/** Media type of sealed requests and responses. */
export const sealedMedia = 'application/vnd.keyhold.sealed'
/** The data plane forgets a context after ten minutes. */
const lifeMs = 9 * 60_000
const requestLifeMs = 55_000
/** Refusals that a new context or a new message mends. */
const reopening = new Set([
  'context.unknown',
  'request.stale',
  'request.replayed',
  'request.context_mismatch',
  'request.number_exhausted',
])
/** Passing absences: worth a few more tries of a request that only reads. */
const passing = new Set(['data_plane.away', 'data_plane.starting', 'audit.queue_full', 'link.away', 'http.unexpected'])

/** Opens no context yet: the first request does. */
export function openDataPlane(caller: ProjectCaller, ports: ConversationPorts): DataPlane {
  let opening: Promise<State> | undefined

  // Requests asked at once share one context, so that they do not each open their own.
  const isFresh = ({ opened, next }: State): boolean => ports.now() - opened < lifeMs && next < 65_536
  const ensureState = (): Promise<State> => {
    const open = (): Promise<State> => openState(caller, ports)
    opening = opening?.then((state) => (isFresh(state) ? state : open()), open) ?? open()
    return opening
  }

  const prepare = async (operation: string, body: object): Promise<Question> => {
    const { context, number } = takeNumber(await ensureState())
    const now = ports.now()
    const plaintext = await signRequest(caller, { operation, body, context: context.contextId, number }, now)
    const request = await sealRequest(context, number, messageHeader(caller, now), plaintext)
    return { sealed: request.sealed, keys: responseKeys(context, request) }
  }

  const ask: DataPlane['ask'] = async (operation, body, open, signal) => {
    for (let attempt = 0; ; attempt++) {
      try {
        const { sealed, keys } = await prepare(operation, body)
        const raw = await refuseStatus(await ports.send(sealed, signal))
        const { organisation, project } = caller
        return await refuseProblem(await open(raw.body, keys, { organisation, project, purpose: 'response' }))
      } catch (error) {
        signal?.throwIfAborted()
        if (isReopening(error) && attempt < 3) opening = undefined
        else if (ports.isAbsence(error) || (isPassing(error) && attempt < 8)) await ports.waitAfter(error, attempt)
        else throw error
      }
    }
  }
  return { ask, prepare }
}

async function openState(caller: ProjectCaller, ports: ConversationPorts): Promise<State> {
  const { suite, publicKey } = await fetchSealingKey(caller, ports.pins, ports.now())
  const info = { organisation: caller.organisation, project: caller.project }
  return { context: await openContext({ suite, publicKey, info }), next: 0, opened: ports.now() }
}

function takeNumber(state: State): { context: Conversation; number: number } {
  return { context: state.context, number: state.next++ }
}

function messageHeader({ organisation, project }: ProjectCaller, now: number) {
  return { organisation, project, table: null, file: drawId(now), version: 1 }
}

async function signRequest(
  caller: ProjectCaller,
  message: { operation: string; body: object; context: string; number: number },
  now: number,
): Promise<Uint8Array> {
  const signed = await signStatement(caller.signer, 'request', {
    organisation: caller.organisation,
    project: caller.project,
    ...message,
    nonce: encodeBase64url(globalThis.crypto.getRandomValues(new Uint8Array(16))),
    issued: new Date(now).toISOString(),
    expires: new Date(now + requestLifeMs).toISOString(),
  })
  return encodeCanonical(signed)
}

async function refuseStatus(answer: RawAnswer): Promise<RawAnswer> {
  if (answer.status === 200) return answer
  throw new ApiError(parseProblem(answer.status, await collectBytes(answer.body)))
}

/** All bytes of a body. */
export async function collectBytes(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return joinBytes(parts)
}

function parseProblem(status: number, body: Uint8Array): Problem {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body))
    if (typeof parsed === 'object' && parsed !== null && 'code' in parsed) return parsed as Problem
  } catch {
    // Not a problem document: a proxy's page, or nothing.
  }
  return { type: 'about:blank', title: `HTTP ${status}`, status, code: 'http.unexpected' }
}

async function refuseProblem<A extends OpenedAnswer>(answer: A): Promise<A> {
  if (answer.meta.outcome === 'result') return answer
  await answer.close()
  throw sealedProblem(answer.meta)
}

function sealedProblem(meta: ResponseMeta): Error {
  if (meta.code === undefined) {
    return new ClientError(
      'response.malformed',
      'the data plane refused without a reason',
      'update this client or the server, whichever is older.',
    )
  }
  return new SealedProblem(meta.code, meta.message ?? meta.code, meta.remedy, meta.detail, meta.position)
}

function isReopening(error: unknown): boolean {
  return (error instanceof ApiError || error instanceof SealedProblem) && reopening.has(error.code)
}

function isPassing(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status >= 500 && passing.has(error.code)
}
