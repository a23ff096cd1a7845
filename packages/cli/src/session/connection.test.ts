import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { CliError } from '../errors.ts'
import { openTestSession } from '../testing/test-session.ts'
import { TestServer } from '../testing/test-server.ts'
import { connectServer } from './connection.ts'

let server: TestServer
before(async () => {
  server = await TestServer.start()
})
after(() => server.stop())
beforeEach(() => {
  server.log.length = 0
})

test('a server that holds the pinned key is spoken to', async () => {
  const { session, end } = await openTestSession(server)
  const self = await session.api.call('readSelf', {})
  assert.equal(self.organisation, server.organisation)
  await end()
})

test('AIV-05: a server with another key gets nothing, not even a request', async () => {
  const pin = randomBytes(32).toString('base64url')
  const { session, end } = await openTestSession(server, { pin })
  await assert.rejects(
    session.api.call('readSelf', {}),
    (error: unknown) => error instanceof CliError && error.code === 'server.pin_mismatch' && error.exitCode === 2,
  )
  assert.deepEqual(server.log, [])
  await end()
})

test('a server that is restarted is waited for, which is told once', async () => {
  const waiting = Promise.withResolvers<void>()
  let told = 0
  const onWaiting = (): void => {
    told++
    waiting.resolve()
  }
  const restarted = await TestServer.start()
  const { session, end } = await openTestSession(restarted, { onWaiting })
  await session.api.call('readSelf', {})
  const { port } = restarted
  await restarted.stop()
  const answer = session.api.call('readSelf', {})
  await waiting.promise
  await restarted.listen(port)
  assert.equal((await answer).organisation, restarted.organisation)
  assert.equal(told, 1)
  await end()
  await restarted.stop()
})

test('waiting for a server ends when the user interrupts', async () => {
  const abort = new AbortController()
  const { url, pin } = server
  const connection = connectServer({
    url: url.replace(/\d+$/, '9'),
    pin,
    signal: abort.signal,
    onWaiting: () => undefined,
  })
  const answer = connection.exchange({ method: 'GET', path: '/v1/me', headers: {}, body: undefined, signal: undefined })
  setImmediate(() => abort.abort())
  await assert.rejects(answer, { name: 'AbortError' })
  await connection.close()
})
