/** What attackers hand in when they come back from a provider, and what providers say that lie (ASVS 5.0, V10). */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import { setUpOwner } from '../setup/testing/test-node.ts'
import { insertOrganisation } from '../setup/store.ts'
import {
  comeHome,
  enterProvider,
  leave,
  proveDomain,
  setPolicy,
  signInBy,
  useSignOn,
  type SignOnWorld,
} from './testing/sign-on-world.ts'
import { startTestProvider } from './testing/test-provider.ts'

let world: SignOnWorld
let body: { organisation: string }
const claims = { sub: 'somebody', email: 'somebody@example.test', email_verified: true }

useSignOn(async (started) => {
  world = started
  body = { organisation: started.owner.organisation }
  await enterProvider(world.node, world.owner.bearer, world.provider)
  await proveDomain(world, world.owner.bearer, 'example.test')
  await setPolicy(world.node, world.owner.bearer, { joinRole: 'viewer' })
})

/** Adds an organisation with an owner of its own. */
async function addOther() {
  const { node } = world
  const organisation = randomUUIDv7()
  await node.database.withTenant({ organisation }, (tx) =>
    insertOrganisation(tx, organisation, '2026-01-01T00:00:00.000Z'),
  )
  return setUpOwner(node, await node.addOrganisation(organisation), organisation)
}

function assertRefused(answer: Awaited<ReturnType<typeof comeHome>>, code: string): void {
  assert.deepEqual([answer.problem?.code, answer.session], [code, undefined])
}

test('a state that was used, made up, cut or doubled is refused', async () => {
  const { node, provider } = world
  const { url, cookie, state } = await leave(node, body)
  const issue = () => provider.issue({ claims: provider.claimsFor(url, claims) })
  const iss = provider.issuer
  const made = `${body.organisation}.in.${'A'.repeat(43)}`
  for (const wrong of [made, state.slice(0, -1), state.replace('.in.', '.own.'), '', `${state}x`]) {
    assertRefused(await comeHome(node, cookie, { code: issue(), state: wrong, iss }), 'single_sign_on.refused')
  }
  const doubled = `?code=${issue()}&state=${state}&state=${state}&iss=${encodeURIComponent(iss)}`
  assertRefused(await comeHome(node, cookie, doubled), 'single_sign_on.refused')
  assert.equal((await comeHome(node, cookie, { code: issue(), state, iss })).status, 201)
  assertRefused(await comeHome(node, cookie, { code: issue(), state, iss }), 'single_sign_on.refused')
})

test('login CSRF: another browser’s answer is refused, and stays good for the browser that began', async () => {
  const { node, provider } = world
  const [mine, attackers] = [await leave(node, body), await leave(node, body)]
  const code = provider.issue({ claims: provider.claimsFor(attackers.url, { ...claims, sub: 'attacker' }) })
  const query = { code, state: attackers.state, iss: provider.issuer }
  for (const cookie of [mine.cookie, '', '__Host-keyhold-sso=', attackers.cookie.replace('__Host-', '')]) {
    assertRefused(await comeHome(node, cookie, query), 'single_sign_on.refused')
  }
  // Neither state nor code was used up by that.
  const right = await comeHome(node, attackers.cookie, {
    ...query,
    code: provider.issue({ claims: provider.claimsFor(attackers.url, claims) }),
  })
  assert.equal(right.status, 201)
})

test('another site can neither begin nor end a sign-in', async () => {
  const { node } = world
  for (const path of ['/v1/single-sign-on', '/v1/single-sign-on/finish']) {
    const given = path.endsWith('finish') ? { query: '?state=x' } : body
    for (const headers of [{ origin: 'https://evil.test' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await node.call({ method: 'POST', path, headers, body: given })
      assert.deepEqual([answer.status, answer.problem.code], [403, 'access.cross_site'])
    }
  }
})

test('mixed-up providers: an answer must name the provider that was asked (RFC 9207)', async () => {
  const { node, provider } = world
  for (const iss of ['https://evil.test', `${provider.issuer}/`, '']) {
    const { url, cookie, state } = await leave(node, body)
    const code = provider.issue({ claims: provider.claimsFor(url, claims) })
    const before = provider.exchanges.length
    assertRefused(await comeHome(node, cookie, { code, state, iss }), 'single_sign_on.provider_failed')
    assert.equal(provider.exchanges.length, before, 'the code was sent nowhere')
  }
  const { url, cookie, state } = await leave(node, body)
  const code = provider.issue({ claims: provider.claimsFor(url, claims) })
  assertRefused(await comeHome(node, cookie, { code, state }), 'single_sign_on.provider_failed')
})

test('an id_token must be signed by the provider, with a public key', async () => {
  const { node, provider } = world
  for (const token of [{ alg: 'none' }, { alg: 'HS256' }, { foreignKey: true }]) {
    const { url, cookie, state } = await leave(node, body)
    const code = provider.issue({ ...token, claims: provider.claimsFor(url, claims) })
    const answer = await comeHome(node, cookie, { code, state, iss: provider.issuer })
    assertRefused(answer, 'single_sign_on.provider_failed')
  }
})

test('an id_token must be of this issuer, for this client, of this sign-in and of now', async () => {
  const now = Math.floor(Date.now() / 1000)
  const { provider } = world
  const other = await leave(world.node, body)
  for (const wrong of [
    { iss: 'https://evil.test' },
    { iss: `${provider.issuer}/` },
    { aud: 'another client' },
    { aud: ['keyhold', 'another client'] },
    { aud: ['keyhold', 'another client'], azp: 'another client' },
    { exp: now - 600 },
    { exp: undefined },
    { iat: undefined },
    { nonce: undefined },
    { nonce: 'made up' },
    { nonce: new URL(other.url).searchParams.get('nonce') },
    { sub: undefined },
    { sub: '' },
  ]) {
    const answer = await signInBy(world, body, { ...claims, ...wrong })
    assert.equal(answer.problem?.code, 'single_sign_on.provider_failed', JSON.stringify(wrong))
    assert.equal(answer.session, undefined)
  }
})

test('a code that the provider does not know is refused, and so is the provider’s own refusal', async () => {
  const { node, provider } = world
  const first = await leave(node, body)
  const unknown = { code: 'unknown', state: first.state, iss: provider.issuer }
  assertRefused(await comeHome(node, first.cookie, unknown), 'single_sign_on.provider_failed')
  const second = await leave(node, body)
  const denied = { error: 'access_denied', error_description: '<b>', state: second.state, iss: provider.issuer }
  const answer = await comeHome(node, second.cookie, denied)
  assertRefused(answer, 'single_sign_on.denied')
  assert.ok(!JSON.stringify(answer.body).includes('<b>'))
})

test('the same subject and the same address at another issuer are somebody else', async () => {
  const { node, owner, identity, provider } = world
  const account = { sub: 'reused', email: 'reused@example.test', email_verified: true }
  assert.equal((await signInBy(world, body, account)).status, 201)
  const second = await startTestProvider(identity)
  try {
    await enterProvider(node, owner.bearer, second)
    const answer = await signInBy({ node, provider: second }, body, account)
    assertRefused(answer, 'single_sign_on.connect_first')
  } finally {
    await second.stop()
    await enterProvider(node, owner.bearer, provider)
  }
  assert.equal((await signInBy(world, body, account)).status, 201)
})

test('an address of the userinfo endpoint is verified by its own word only, and of the same subject', async () => {
  const { node, owner, identity, provider } = world
  const address = { email: 'told@example.test' }
  const verified = { email_verified: true }
  for (const [userInfo, status] of [
    [{ sub: 'told', ...address }, 403],
    [{ sub: 'told', ...address, email_verified: false }, 403],
    [{ sub: 'another', ...address, ...verified }, 502],
    [{ sub: 'told', ...address, ...verified }, 201],
  ] as const) {
    const second = await startTestProvider(identity, {}, userInfo)
    await enterProvider(node, owner.bearer, second)
    const answer = await signInBy({ node, provider: second }, body, { sub: 'told', ...verified })
    assert.equal(answer.status, status, JSON.stringify([userInfo, answer.body]))
    await second.stop()
  }
  await enterProvider(node, owner.bearer, provider)
})

test('what was begun at one provider does not end after another was set', async () => {
  const { node, owner, identity, provider } = world
  const { url, cookie, state } = await leave(node, body)
  const second = await startTestProvider(identity)
  await enterProvider(node, owner.bearer, second)
  const code = second.issue({ claims: second.claimsFor(url, claims) })
  assertRefused(await comeHome(node, cookie, { code, state, iss: second.issuer }), 'single_sign_on.refused')
  assert.equal(second.exchanges.length, 0)
  await second.stop()
  await enterProvider(node, owner.bearer, provider)
})

test('another organisation’s provider signs nobody of ours in', async () => {
  const { node, identity } = world
  const other = await addOther()
  const theirs = await startTestProvider(identity)
  try {
    await enterProvider(node, other.bearer, theirs)
    // Not the domain of that organisation, so that not even its own people get in by it.
    const foreign = await signInBy({ node, provider: theirs }, { organisation: other.organisation }, claims)
    assertRefused(foreign, 'single_sign_on.not_linked')
    // An answer of theirs under a state of ours.
    const { url, cookie, state } = await leave(node, body)
    const code = theirs.issue({ claims: theirs.claimsFor(url, claims) })
    assertRefused(await comeHome(node, cookie, { code, state, iss: theirs.issuer }), 'single_sign_on.provider_failed')
    // And the organisation swapped in the state.
    const swapped = state.replace(body.organisation, other.organisation)
    assertRefused(await comeHome(node, cookie, { code, state: swapped, iss: theirs.issuer }), 'single_sign_on.refused')
  } finally {
    await theirs.stop()
  }
})

test('an address leads to the organisation that has proven its domain, and an unproven claim blocks nobody', async () => {
  const { node } = world
  const other = await addOther()
  const call = { method: 'POST', path: '/v1/organisation/domains', bearer: other.bearer }
  const claimed = await node.call<{ domain: { id: string } }>({ ...call, body: { domain: 'example.test' } })
  assert.equal(claimed.status, 201)
  const { state } = await leave(node, { email: 'somebody@example.test' })
  assert.equal(state.split('.')[0], body.organisation)
  for (const email of ['a@unproven.test', 'a@example.test.evil.test', 'a@']) {
    const from = '127.0.5.1'
    const answer = await node.call({ method: 'POST', path: '/v1/single-sign-on', body: { email }, from })
    assert.ok([400, 404].includes(answer.status), `${email} ${answer.status}`)
  }
})

test('there is no open redirect: the way back is the installation’s own address, whatever a caller says', async () => {
  const { node } = world
  const headers = { 'x-forwarded-host': 'evil.test', referer: 'https://evil.test/' }
  const call = { method: 'POST', path: '/v1/single-sign-on', from: '127.0.5.1' }
  const answer = await node.call<{ url: string }>({ ...call, headers, body })
  const back = new URL(answer.body.url).searchParams.get('redirect_uri')
  assert.equal(back, 'https://keyhold.example.test/single-sign-on/callback')
  const extra = await node.call({ ...call, body: { ...body, redirect_uri: 'https://evil.test' } })
  assert.equal(extra.status, 400)
})

// Last: the owner’s fresh proof runs out with it.
test('a sign-in that was left for ten minutes is refused', async () => {
  const { node, provider } = world
  const { url, cookie, state } = await leave(node, body)
  node.advance(10 * 60_000 + 1)
  const code = provider.issue({ claims: provider.claimsFor(url, claims) })
  assertRefused(await comeHome(node, cookie, { code, state, iss: provider.issuer }), 'single_sign_on.refused')
})
