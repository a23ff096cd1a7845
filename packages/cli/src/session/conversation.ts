/** The sealed conversation with the data plane: one HPKE context, signed requests, responses that only we can open. */
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { ApiError, type Problem, type ResponseMeta } from '@keyhold/contract'
import { encodeCanonical, signStatement, type Conversation } from '@keyhold/sealed'
import { responseKeys, type FileKeys } from '@keyhold/sealed/open'
import { openContext, sealRequest } from '@keyhold/sealed/seal'
import { CliError, SealedProblem, exitCodes } from '../errors.ts'
import { collect, isConnectionFailure, type StreamAnswer } from './connection.ts'
import { fetchSealingKey } from './sealing-keys.ts'
import type { ProjectSession } from './session.ts'
import { spoolBody } from './spool.ts'
import { openSealedAnswer, type SealedAnswer } from './sealed-answer.ts'

export type DataPlane = {
  /**
   * Asks the data plane. Throws SealedProblem for its refusal, ApiError for the control plane's, `response.malformed`.
   * The answer must be closed.
   */
  ask(operation: string, body: object): Promise<SealedAnswer>
  /** A request signed and sealed but not sent; good for one sending within 55 s. */
  prepare(operation: string, body: object): Promise<Question>
}

/** What is sent, and the keys that open its answer. */
type Question = { readonly sealed: Uint8Array; readonly keys: FileKeys }

type State = { context: Conversation; next: number; opened: number }

const media = 'application/vnd.keyhold.sealed'
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
export function openDataPlane(session: ProjectSession, home: string, now: () => number): DataPlane {
  let state: State | undefined

  const ensureState = async (): Promise<State> => {
    if (state !== undefined && now() - state.opened < lifeMs && state.next < 65_536) return state
    const { suite, publicKey } = await fetchSealingKey(session, home, now())
    const info = { organisation: session.organisation, project: session.project }
    state = { context: await openContext({ suite, publicKey, info }), next: 0, opened: now() }
    return state
  }

  const prepare = async (operation: string, body: object): Promise<Question> => {
    const { context, number } = takeNumber(await ensureState())
    const header = messageHeader(session)
    const plaintext = await signRequest(session, { operation, body, context: context.contextId, number }, now())
    const request = await sealRequest(context, number, header, plaintext)
    return { sealed: request.sealed, keys: responseKeys(context, request) }
  }

  const askOnce = async (operation: string, body: object): Promise<SealedAnswer> => {
    const { sealed, keys } = await prepare(operation, body)
    const answer = await send(session, sealed)
    const spool = await spoolBody(answer.body)
    const { organisation, project } = session
    return openSealedAnswer(spool, keys, { organisation, project, purpose: 'response' })
  }

  const ask = async (operation: string, body: object): Promise<SealedAnswer> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await refuseProblem(await askOnce(operation, body))
      } catch (error) {
        if (isReopening(error) && attempt < 3) state = undefined
        else if (isConnectionFailure(error) || (isPassing(error) && attempt < 8)) {
          await session.connection.waitAfter(error, attempt)
        } else throw error
      }
    }
  }
  return { ask, prepare }
}

function takeNumber(state: State): { context: Conversation; number: number } {
  return { context: state.context, number: state.next++ }
}

function messageHeader(session: ProjectSession) {
  const { organisation, project } = session
  return { organisation, project, table: null, file: randomUUIDv7(), version: 1 }
}

async function signRequest(
  session: ProjectSession,
  message: { operation: string; body: object; context: string; number: number },
  now: number,
): Promise<Uint8Array> {
  const signed = await signStatement(session.signer, 'request', {
    organisation: session.organisation,
    project: session.project,
    ...message,
    nonce: randomBytes(16).toString('base64url'),
    issued: new Date(now).toISOString(),
    expires: new Date(now + requestLifeMs).toISOString(),
  })
  return encodeCanonical(signed)
}

async function send(session: ProjectSession, sealed: Uint8Array): Promise<StreamAnswer> {
  const answer = await session.connection.stream({
    method: 'POST',
    path: `/v1/projects/${session.project}/requests`,
    headers: { ...session.authorise(), 'content-type': media },
    body: sealed,
  })
  if (answer.status === 200) return answer
  throw new ApiError(parseProblem(answer.status, await collect(answer.body)))
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

async function refuseProblem(answer: SealedAnswer): Promise<SealedAnswer> {
  if (answer.meta.outcome === 'result') return answer
  await answer.close()
  throw sealedProblem(answer.meta)
}

function sealedProblem(meta: ResponseMeta): Error {
  if (meta.code === undefined) {
    return new CliError('response.malformed', 'the data plane refused without a reason', undefined, {
      exitCode: exitCodes.failed,
    })
  }
  return new SealedProblem(meta.code, meta.message ?? meta.code, meta.remedy, meta.detail)
}

function isReopening(error: unknown): boolean {
  return (error instanceof ApiError || error instanceof SealedProblem) && reopening.has(error.code)
}

function isPassing(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status >= 500 && passing.has(error.code)
}
