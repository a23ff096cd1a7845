/** Conversations with the data plane, one for each project, and what their answers are. */
import {
  collectBytes,
  openDataPlane,
  openSealedAnswer,
  sealedMedia,
  spoolBytes,
  type AnswerOpener,
  type Caller,
  type ConversationPorts,
  type DataPlane,
  type ResultTable,
} from '@keyhold/client'
import type { QueryBody, ResponseMeta } from '@keyhold/contract'
import { decodeResult } from './decoder.ts'
import { noteExchange } from './exchanges.ts'
import { withStepUp } from './step-up.ts'
import { pins } from './store.ts'

const patience = 5

const ports = (project: string): ConversationPorts => ({
  pins,
  now: () => Date.now(),
  async send(sealed, signal) {
    const noteAnswer = noteExchange(project, sealed)
    const answer = await fetch(`/v1/projects/${project}/requests`, {
      method: 'POST',
      headers: { 'content-type': sealedMedia },
      body: sealed as BodyInit,
      credentials: 'same-origin',
      redirect: 'error',
      ...(signal === undefined ? {} : { signal }),
    })
    return { status: answer.status, body: readBody(answer, noteAnswer) }
  },
  isAbsence: (error) => error instanceof TypeError,
  async waitAfter(failure, attempt) {
    if (attempt >= patience) throw failure
    await new Promise((resolve) => setTimeout(resolve, Math.min(3_000, 150 * 2 ** attempt)))
  },
})

async function* readBody(
  answer: Response,
  noteAnswer: (received: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = new Uint8Array(await answer.arrayBuffer())
  noteAnswer(bytes)
  yield bytes
}

const planes = new Map<string, { caller: Caller; plane: DataPlane }>()

/** The conversation of this caller in this project; one for the life of the page. */
export function dataPlaneOf(caller: Caller, project: string): DataPlane {
  const known = planes.get(project)
  if (known?.caller === caller) return known.plane
  const plane = openDataPlane({ ...caller, project }, ports(project))
  planes.set(project, { caller, plane })
  return plane
}

/** Drops every conversation with its secrets. */
export function forgetConversations(): void {
  planes.clear()
}

const openSmall: AnswerOpener<Awaited<ReturnType<typeof openSealedAnswer>>> = async (body, keys, expected) =>
  openSealedAnswer(spoolBytes(await collectBytes(body)), keys, expected)

/**
 * Asks for an operation whose answer is JSON; where a fresh proof is needed, the person is asked for one. Throws
 * SealedProblem, ApiError, ClientError.
 */
export function askJson(plane: DataPlane, operation: string, body: object, signal?: AbortSignal): Promise<unknown> {
  return withStepUp(() => askOnce(plane, operation, body, signal))
}

async function askOnce(plane: DataPlane, operation: string, body: object, signal?: AbortSignal): Promise<unknown> {
  const answer = await plane.ask(operation, body, openSmall, signal)
  try {
    const text = new TextDecoder().decode(await answer.read(0, answer.bodyLength))
    return text === '' ? null : (JSON.parse(text) as unknown)
  } finally {
    await answer.close()
  }
}

/** The answer to one query: the table, and what the data plane says of it. */
export type QueryAnswer = { readonly table: ResultTable; readonly meta: ResponseMeta }

/** Runs SQL; decryption and decoding happen in a worker. Throws as `askJson` does, and `result.too_large`. */
export async function askQuery(plane: DataPlane, body: QueryBody, signal?: AbortSignal): Promise<QueryAnswer> {
  const answer = await plane.ask('query', body, decodeResult(signal), signal)
  return { table: answer.table, meta: answer.meta }
}
