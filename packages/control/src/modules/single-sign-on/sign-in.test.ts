/** Who gets in by single sign-on, and as whom (CLN-07, KH-08). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMember } from '../setup/testing/add-member.ts'
import { publicUrl } from '../setup/testing/test-node.ts'
import { makeConnector } from '../provisioning/testing/connector.ts'
import { addTotp } from '../factors/testing/factor-person.ts'
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
import { challengeOf } from './testing/test-provider.ts'

let world: SignOnWorld
let organisation: string
useSignOn(async (started) => {
  world = started
  organisation = started.owner.organisation
  await enterProvider(world.node, world.owner.bearer, world.provider)
  await proveDomain(world, world.owner.bearer, 'example.test')
})

const readSelf = async (session: string | undefined) =>
  (
    await world.node.call<{ id: string; email: string; role: string }>({
      method: 'GET',
      path: '/v1/me',
      bearer: session ?? '',
    })
  ).body

const fresh = (name: string) => {
  const sub = `${name}-${crypto.randomUUID()}`
  return { sub, email: `${sub}@example.test`, email_verified: true, name: 'Somebody' }
}

/** Invites and gives the link's secret. */
async function invite(email: string, role: string): Promise<string> {
  const { node, owner } = world
  const call = { method: 'POST', path: '/v1/invitations', bearer: owner.bearer, body: { email, role } }
  return (await node.call<{ secret: string }>(call)).body.secret
}

test('the way to the provider has state, nonce and PKCE, and our own address to come back to', async () => {
  const { node, provider } = world
  const { url, cookie, state } = await leave(node, { email: 'anyone@EXAMPLE.test' })
  const asked = new URL(url).searchParams
  assert.equal(new URL(url).origin, provider.issuer)
  assert.equal(asked.get('redirect_uri'), `${publicUrl}/single-sign-on/callback`)
  assert.equal(asked.get('response_type'), 'code')
  assert.equal(asked.get('code_challenge_method'), 'S256')
  assert.equal(asked.get('login_hint'), 'anyone@EXAMPLE.test')
  assert.match(asked.get('nonce') ?? '', /^[\w-]{43}$/)
  assert.match(cookie, /^__Host-keyhold-sso=[\w-]{43}$/)
  assert.ok(!url.includes(cookie.split('=')[1] as string))
  const code = provider.issue({ claims: provider.claimsFor(url, fresh('pkce')) })
  await comeHome(node, cookie, { code, state, iss: provider.issuer })
  const sent = provider.exchanges.at(-1)
  assert.equal(challengeOf(sent?.body.get('code_verifier') ?? ''), asked.get('code_challenge'))
  assert.equal(sent?.body.get('redirect_uri'), `${publicUrl}/single-sign-on/callback`)
  assert.match(sent?.authorization ?? '', /^Basic /)
})

test('CLN-07: whoever was invited comes in with the link’s secret, and then by issuer and subject alone', async () => {
  const { node } = world
  const claims = fresh('invited')
  const invitation = await invite(claims.email, 'admin')
  const first = await signInBy(world, { organisation, invitation }, { ...claims, email_verified: undefined })
  assert.equal(first.status, 201, JSON.stringify(first.body))
  const self = await readSelf(first.session)
  assert.deepEqual([self.email, self.role], [claims.email, 'admin'])
  const again = await signInBy(world, { organisation }, { sub: claims.sub, email: 'renamed@elsewhere.test' })
  assert.equal((await readSelf(again.session)).id, self.id)
  const listed = await node.call<{ invitations: { email: string }[] }>({
    method: 'GET',
    path: '/v1/invitations',
    bearer: world.owner.bearer,
  })
  assert.ok(!listed.body.invitations.some(({ email }) => email === claims.email))
})

test('an invitation opens for the invited address only', async () => {
  const invitation = await invite('meant@example.test', 'viewer')
  const answer = await signInBy(world, { organisation, invitation }, fresh('other'))
  assert.deepEqual([answer.status, answer.problem.code], [403, 'invitation.refused'])
  assert.equal(answer.session, undefined)
})

test('a proven domain and a verified address accept a pending invitation, but not one of an admin or owner', async () => {
  for (const [role, code] of [
    ['analyst', undefined],
    ['admin', 'single_sign_on.not_linked'],
    ['owner', 'single_sign_on.not_linked'],
  ] as const) {
    const claims = fresh(role)
    await invite(claims.email, role)
    const answer = await signInBy(world, { email: claims.email }, claims)
    assert.equal(answer.problem?.code, code)
    if (code === undefined) assert.equal((await readSelf(answer.session)).role, role)
  }
})

test('CLN-07: who was provisioned comes in by the subject, whatever the address; who is suspended does not', async () => {
  const { node, owner } = world
  const idp = await makeConnector(node, owner.bearer)
  const claims = { ...fresh('made'), email_verified: false }
  const { id } = await idp.addUser(`other-${claims.email}`, { externalId: claims.sub })
  const first = await signInBy(world, { organisation }, claims)
  assert.deepEqual([(await readSelf(first.session)).id, (await readSelf(first.session)).role], [id, 'viewer'])
  // The provider gives the id to somebody else: that account is linked, and stays the first one's.
  const thief = await signInBy(world, { organisation }, { ...fresh('thief'), sub: `${claims.sub}-2` })
  assert.equal(thief.problem?.code, 'single_sign_on.not_linked')
  await idp.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false })
  assert.notEqual((await signInBy(world, { organisation }, claims)).status, 201)

  const unseen = fresh('unseen')
  const { id: suspended } = await idp.addUser(unseen.email, { externalId: unseen.sub })
  await idp.patch(`/Users/${suspended}`, { op: 'replace', path: 'active', value: false })
  assert.equal((await signInBy(world, { organisation }, unseen)).problem?.code, 'single_sign_on.connect_first')
})

test('an account with a password is never opened by an external id', async () => {
  const { node, owner } = world
  const idp = await makeConnector(node, owner.bearer)
  const { id } = await addMember(node, owner, 'viewer')
  const claims = { ...fresh('planted'), email_verified: false }
  const planted = await idp.patch(`/Users/${id}`, { op: 'replace', path: 'externalId', value: claims.sub })
  assert.equal(planted.status, 200)
  assert.equal((await signInBy(world, { organisation }, claims)).problem?.code, 'single_sign_on.not_linked')
})

test('strangers of the domain join only when the organisation says as what', async () => {
  const { node, owner } = world
  const before = await signInBy(world, { organisation }, fresh('stranger'))
  assert.deepEqual([before.status, before.problem.code], [403, 'single_sign_on.not_linked'])
  assert.equal((await setPolicy(node, owner.bearer, { joinRole: 'viewer' })).status, 200)
  const joined = await signInBy(world, { organisation }, fresh('stranger'))
  assert.equal((await readSelf(joined.session)).role, 'viewer')
  for (const role of ['owner', 'admin']) {
    assert.equal((await setPolicy(node, owner.bearer, { joinRole: role as 'viewer' })).status, 400)
  }
  await setPolicy(node, owner.bearer, {})
})

test('an address that the provider has not verified, or that is of another domain, gives nothing', async () => {
  const { node, owner } = world
  await setPolicy(node, owner.bearer, { joinRole: 'viewer' })
  const claims = fresh('liar')
  for (const wrong of [
    { email_verified: false },
    { email_verified: undefined },
    { email_verified: 'true' },
    { email: 'liar@elsewhere.test' },
    { email: 'liar@sub.example.test' },
    { email: 'liar@example.test@elsewhere.test' },
    { email: 'a@b@example.test' },
  ]) {
    const answer = await signInBy(world, { organisation }, { ...claims, ...wrong })
    assert.deepEqual(
      [answer.status, answer.problem.code, answer.session],
      [403, 'single_sign_on.not_linked', undefined],
    )
  }
  await setPolicy(node, owner.bearer, {})
})

test('an account with a password is never opened by its address; its owner connects it', async () => {
  const { node, owner, provider } = world
  const member = await addMember(node, owner, 'analyst')
  const claims = { sub: 'has-a-password', email: member.email, email_verified: true }
  const refused = await signInBy(world, { email: member.email }, claims)
  assert.deepEqual([refused.status, refused.problem.code], [403, 'single_sign_on.connect_first'])

  const { url, cookie, state } = await leave(node, {}, '/v1/me/single-sign-on/connect', member.bearer)
  const code = provider.issue({ claims: provider.claimsFor(url, { sub: claims.sub }) })
  const query = `?${new URLSearchParams({ code, state, iss: provider.issuer }).toString()}`
  const finish = { method: 'POST', path: '/v1/me/single-sign-on/finish', headers: { cookie }, body: { query } }
  // Somebody else's session does not get it, and uses it up.
  const connected = await node.call({ ...finish, bearer: member.bearer })
  assert.equal(connected.status, 201, JSON.stringify(connected.body))
  const opened = await signInBy(world, { organisation }, { sub: claims.sub })
  assert.equal((await readSelf(opened.session)).id, member.id)
})

test('login CSRF: an answer that another session began is not connected to this one', async () => {
  const { node, owner, provider } = world
  const [victim, attacker] = [await addMember(node, owner, 'viewer'), await addMember(node, owner, 'viewer')]
  const { url, cookie, state } = await leave(node, {}, '/v1/me/single-sign-on/connect', attacker.bearer)
  const code = provider.issue({ claims: provider.claimsFor(url, { sub: 'attackers' }) })
  const query = `?${new URLSearchParams({ code, state, iss: provider.issuer }).toString()}`
  const finish = { method: 'POST', path: '/v1/me/single-sign-on/finish', body: { query }, bearer: victim.bearer }
  for (const headers of [{}, { cookie }]) {
    const answer = await node.call({ ...finish, headers })
    assert.deepEqual([answer.status, answer.problem.code], [403, 'single_sign_on.refused'])
  }
  const own = await node.call<{ connected: string | null }>({
    method: 'GET',
    path: '/v1/me/single-sign-on',
    bearer: victim.bearer,
  })
  assert.equal(own.body.connected, null)
})

test('an account at the provider opens one account here', async () => {
  const { node, owner, provider } = world
  const [first, second] = [await addMember(node, owner, 'viewer'), await addMember(node, owner, 'viewer')]
  const codes = []
  for (const { bearer } of [first, second]) {
    const { url, cookie, state } = await leave(node, {}, '/v1/me/single-sign-on/connect', bearer)
    const code = provider.issue({ claims: provider.claimsFor(url, { sub: 'wanted by two' }) })
    const query = `?${new URLSearchParams({ code, state, iss: provider.issuer }).toString()}`
    const finish = { method: 'POST', path: '/v1/me/single-sign-on/finish', headers: { cookie }, body: { query } }
    codes.push((await node.call({ ...finish, bearer })).problem?.code)
  }
  assert.deepEqual(codes, [undefined, 'single_sign_on.connected_elsewhere'])
})

test('where a second factor is demanded, ours is asked for unless the provider’s is trusted and was seen', async () => {
  const { node, owner } = world
  await addTotp(node, owner.bearer)
  const policy = { secondFactor: 'all', idleMinutes: 720, longestMinutes: 10_080 }
  const demand = { method: 'PUT', path: '/v1/organisation/security-policy', bearer: owner.bearer }
  assert.equal((await node.call({ ...demand, body: policy })).status, 200)
  const claims = fresh('factor')
  const invitation = await invite(claims.email, 'viewer')
  const signIn = (amr?: string[]) => signInBy(world, { organisation }, { sub: claims.sub, amr })
  const first = await signInBy(world, { organisation, invitation }, claims)
  assert.equal(first.body.factorNeeded, true)
  assert.equal((await signIn(['mfa'])).body.factorNeeded, true)
  await setPolicy(node, owner.bearer, { trustFactor: true })
  assert.equal((await signIn(['pwd'])).body.factorNeeded, true)
  const trusted = await signIn(['pwd', 'mfa'])
  assert.equal(trusted.body.factorNeeded, false)
  const listing = { method: 'GET', path: '/v1/projects', bearer: trusted.session ?? '' }
  assert.equal((await node.call(listing)).status, 200)

  await addTotp(node, first.session ?? '')
  const waiting = await signIn(['pwd'])
  assert.equal(waiting.session, undefined)
  assert.deepEqual(waiting.body.pending?.factors, ['totp', 'recovery'])
  await node.call({ ...demand, body: { ...policy, secondFactor: 'none' } })
  await setPolicy(node, owner.bearer, {})
})
