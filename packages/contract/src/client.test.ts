import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError, createClient, type Transport } from './client.ts'

type Sent = Parameters<Transport>[0]

function clientAnswering(status: number, body: unknown): { sent: Sent[]; client: ReturnType<typeof createClient> } {
  const sent: Sent[] = []
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body))
  const client = createClient(
    async (request) => {
      sent.push(request)
      return { status, headers: {}, body: bytes }
    },
    () => ({ authorization: 'Bearer x' }),
  )
  return { sent, client }
}

test('a call fills the path, encodes the query and carries the credential', async () => {
  const { sent, client } = clientAnswering(200, { jobs: [] })
  await client.call('listJobs', { params: { project: 'a/b' }, query: { limit: 5 } })
  assert.equal(sent[0]?.path, '/v1/projects/a%2Fb/jobs?limit=5')
  assert.equal(sent[0]?.headers['authorization'], 'Bearer x')
})

test('bytes go and come as they are', async () => {
  const { sent, client } = clientAnswering(200, Uint8Array.of(1, 2, 3))
  const answer = await client.call('sendRequest', { params: { project: 'p' }, body: Uint8Array.of(9) })
  assert.deepEqual(answer, Uint8Array.of(1, 2, 3))
  assert.equal(sent[0]?.headers['content-type'], 'application/vnd.keyhold.sealed')
})

test('a refusal is thrown with its stable code', async () => {
  const { client } = clientAnswering(403, { type: 'about:blank', title: 'No', status: 403, code: 'access.denied' })
  await assert.rejects(
    client.call('readSelf', {}),
    (error) => error instanceof ApiError && error.code === 'access.denied',
  )
})

test('an answer that is not a problem document still has a code', async () => {
  const { client } = clientAnswering(502, new TextEncoder().encode('<html>'))
  await assert.rejects(
    client.call('readSelf', {}),
    (error) => error instanceof ApiError && error.code === 'http.unexpected',
  )
})
