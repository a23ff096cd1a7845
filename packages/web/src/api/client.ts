import { createClient, type ApiClient, type Transport } from '@keyhold/contract'
import { watchStepUp, withStepUp } from './step-up.ts'

/** Sends one exchange with the session's cookie; rejects with fetch's TypeError when no answer came. */
const send: Transport = async ({ method, path, headers, body, signal }) => {
  const answer = await fetch(path, {
    method,
    headers: withIdempotencyKey(method, headers),
    ...(body === undefined ? {} : { body: body as BodyInit }),
    ...(signal === undefined ? {} : { signal }),
    credentials: 'same-origin',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
  })
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: new Uint8Array(await answer.arrayBuffer()),
  }
}

function withIdempotencyKey(method: string, headers: Record<string, string>): Record<string, string> {
  const mutates = method === 'POST' || method === 'PUT' || method === 'DELETE'
  return mutates ? { 'idempotency-key': crypto.randomUUID(), ...headers } : headers
}

/** The same; what was on its way while the session's secret was renewed is sent again with the new one. */
const transport: Transport = async (request) => {
  const wasRenewed = watchStepUp()
  const answer = await send(request)
  const own = request.path.startsWith('/v1/sessions/current/step-up')
  return answer.status === 401 && !own && (await wasRenewed()) ? send(request) : answer
}

const client = createClient(transport, () => ({}))

/** Without the member's step-up: for operators, who prove themselves in their own way. */
export const plainApi: ApiClient = createClient(send, () => ({}))

/**
 * The typed client of the control plane's API. Throws ApiError for a refusal. A call that needs a fresh proof asks the
 * person for one, and is repeated.
 */
export const api: ApiClient = {
  call: (operation, input) => withStepUp(() => client.call(operation, input)),
}
