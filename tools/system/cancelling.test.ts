/** Requests whose client goes at any moment, against both real planes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { withClient } from '@keyhold/cli/client'
import { setTimeout as pause } from 'node:timers/promises'
import { startTestInstallation, type TestInstallation } from '../testing/shell.ts'

let place: TestInstallation
before(async () => {
  place = await startTestInstallation()
})
after(() => place.end())

/** Hours of work, unless it is ended. */
const endless = 'select max(a.i * b.i) from range(10000000) a(i), range(10000000) b(i)'

test('a query whose client goes, however early, is ended and keeps nobody waiting', async () => {
  await withClient(place.owner.home, async ({ session, dataPlane }) => {
    const path = `/v1/projects/${session.project}/requests`
    const headers = { ...session.authorise(), 'content-type': 'application/vnd.keyhold.sealed' }
    for (let milliseconds = 0; milliseconds < 40; milliseconds += 1) {
      const { sealed } = await dataPlane.prepare('query', { sql: endless, cache: 'off' })
      const leaving = new AbortController()
      const sent = session.connection.stream({ method: 'POST', path, headers, body: sealed, signal: leaving.signal })
      await pause(milliseconds / 2)
      leaving.abort()
      await assert.rejects(sent)
    }
    const answer = await dataPlane.ask('query', { sql: 'select 7 as after_it', cache: 'off' })
    assert.equal(answer.meta.rows, 1)
    await answer.close()
  })
})
