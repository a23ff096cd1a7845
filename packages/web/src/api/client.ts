import { createClient, type ApiClient, type Transport } from '@keyhold/contract'

/** Sends one exchange with the session's cookie; rejects with fetch's TypeError when no answer came. */
const transport: Transport = async ({ method, path, headers, body, signal }) => {
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

/** The typed client of the control plane's API. Throws ApiError for a refusal. */
export const api: ApiClient = createClient(transport, () => ({}))
