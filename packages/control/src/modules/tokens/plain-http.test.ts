/** CLU-06: what proves who calls dies when it is seen over plain HTTP, and the answer says so. */
import assert from 'node:assert/strict'
import { request as plainRequest } from 'node:http'
import { test } from 'node:test'
import { makeToken, type TokenScope } from '../setup/testing/sign-token.ts'
import { ownerEmail, ownerPassword, type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'

let node: TestNode
let owner: TestOwner
useNode((world) => void ({ node, owner } = world))

const sales: TokenScope[] = [{ bucket: 'sales', access: 'read' }]
const readSelf = (headers: Record<string, string>) => node.call({ method: 'GET', path: '/v1/me', headers })
const bearing = (secret: string) => ({ authorization: `Bearer ${secret}` })

type Plain = { readonly status: number; readonly location: string | undefined; readonly text: string }
function sendPlain(path: string, headers: Record<string, string>, method = 'GET'): Promise<Plain> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: node.port, path, method, agent: false, headers } as const
    const request = plainRequest(options, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk)))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, location: response.headers.location, text }))
    })
    request.on('error', reject).end()
  })
}

async function signIn(browser: boolean): Promise<{ secret: string; cookie: string }> {
  const body = { email: ownerEmail, password: ownerPassword, browser }
  const answer = await node.call<{ session: { secret: string } | null }>({
    method: 'POST',
    path: '/v1/sessions',
    body,
    headers: browser ? { 'sec-fetch-site': 'same-origin' } : {},
  })
  const cookie = String(answer.headers['set-cookie']).split(';', 1)[0] ?? ''
  return { secret: answer.body.session?.secret ?? '', cookie }
}

test('a token, or a whole one, that is sent over plain HTTP dies before the answer, which says so', async () => {
  for (const suffix of ['', '.c2VlZA.YW5jaG9y']) {
    const { id, secret } = await makeToken(node, owner, sales)
    assert.equal((await readSelf(bearing(secret))).status, 200)
    const answer = await sendPlain('/v1/me', bearing(secret + suffix))
    assert.equal(answer.status, 426)
    assert.match(answer.text, /token or session that was sent over plain HTTP has been ended/)
    assert.equal((await readSelf(bearing(secret))).problem.code, 'token.revoked')
    const entry = (await node.listEvents()).find(({ object, code }) => object === `token ${id}` && code !== null)
    assert.deepEqual([entry?.action, entry?.code], ['token.revoke', 'token.seen_in_plain'])
  }
})

test('CLU-11: a session that is sent over plain HTTP ends, as a bearer and as a cookie, on pages too', async () => {
  const shell = await signIn(false)
  assert.equal((await sendPlain('/v1/me', bearing(shell.secret))).status, 426)
  assert.equal((await readSelf(bearing(shell.secret))).status, 401)
  for (const path of ['/v1/me', '/']) {
    const { cookie } = await signIn(true)
    const headers = { cookie: `theme=dark; ${cookie}`, 'sec-fetch-site': 'same-origin' }
    assert.equal((await readSelf(headers)).status, 200)
    const answer = await sendPlain(path, { cookie: headers.cookie })
    assert.deepEqual([answer.status, answer.location], [426, undefined], path)
    assert.equal((await readSelf(headers)).status, 401)
  }
  const ends = (await node.listEvents()).filter(({ code }) => code === 'session.seen_in_plain')
  assert.deepEqual([ends.length, ends[0]?.action], [3, 'session.end'])
})

test('a page that is asked for without a credential is redirected, and what is no credential ends nothing', async () => {
  const page = await sendPlain('/setup', { cookie: 'theme=dark' })
  assert.deepEqual([page.status, page.location], [308, `https://127.0.0.1:${node.port}/setup`])
  for (const nonsense of ['kh_svc_nonsense', 'x', owner.bearer.slice(0, -1)]) {
    assert.equal((await sendPlain('/v1/me', bearing(nonsense))).status, 426)
  }
  assert.equal((await readSelf(bearing(owner.bearer))).status, 200)
})
