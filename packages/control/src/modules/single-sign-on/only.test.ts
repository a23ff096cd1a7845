/** Single sign-on as the only way: no password is left but those of the break-glass owners (CLN-07). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addTotp, readCode } from '../factors/testing/factor-person.ts'
import { addMember, memberPassword, type TestMember } from '../setup/testing/add-member.ts'
import { ownerEmail, ownerPassword } from '../setup/testing/test-node.ts'
import {
  enterProvider,
  leave,
  proveDomain,
  setPolicy,
  signInBy,
  useSignOn,
  type SignOnWorld,
} from './testing/sign-on-world.ts'

let world: SignOnWorld
let member: TestMember
let appSecret: string
let resetSecret: string | undefined
useSignOn((started) => {
  world = started
})

const me = async () =>
  (await world.node.call<{ id: string }>({ method: 'GET', path: '/v1/me', bearer: world.owner.bearer })).body.id

function signIn(email: string, password: string) {
  return world.node.call<{ pending: { secret: string } | null; session: unknown }>({
    method: 'POST',
    path: '/v1/sessions',
    body: { email, password },
  })
}

test('it is set only by who can come back: domain, own sign-in and a fit break-glass owner', async () => {
  const { node, owner, provider } = world
  const codes: (string | undefined)[] = []
  const attempt = async (breakGlass: string[] = []) =>
    codes.push((await setPolicy(node, owner.bearer, { signIn: 'only', breakGlass })).problem?.code)
  await attempt()
  await proveDomain(world, owner.bearer, 'example.test')
  await attempt()
  await enterProvider(node, owner.bearer, provider)
  await attempt()
  const { url, cookie, state } = await leave(node, {}, '/v1/me/single-sign-on/connect', owner.bearer)
  const code = provider.issue({ claims: provider.claimsFor(url, { sub: 'the owner' }) })
  const query = `?${new URLSearchParams({ code, state, iss: provider.issuer }).toString()}`
  const finish = { method: 'POST', path: '/v1/me/single-sign-on/finish', headers: { cookie }, body: { query } }
  assert.equal((await node.call({ ...finish, bearer: owner.bearer })).status, 201)
  await attempt()
  await attempt([await me()])
  member = await addMember(node, owner, 'analyst')
  await attempt([member.id])
  appSecret = (await addTotp(node, owner.bearer)).secret
  await node.call({ method: 'POST', path: '/v1/password-resets', body: { email: member.email } })
  await node.readMails()
  resetSecret = /#(kh_rst_\w+)/.exec(node.mails.at(-1)?.text ?? '')?.[1]
  await attempt([await me()])
  assert.deepEqual(codes, [
    'single_sign_on.domain_first',
    'identity_provider.missing',
    'single_sign_on.own_sign_in_first',
    'single_sign_on.break_glass_needed',
    'single_sign_on.break_glass_unfit',
    'single_sign_on.break_glass_unfit',
    undefined,
  ])
})

test('sessions that a password opened have ended, except the one that set it', async () => {
  const { node, owner } = world
  const asks = (bearer: string) => node.call({ method: 'GET', path: '/v1/me', bearer })
  assert.equal((await asks(member.bearer)).status, 401)
  assert.equal((await asks(owner.bearer)).status, 200)
})

test('a right, a wrong and an unknown password are answered alike', async () => {
  const answers = []
  for (const [email, password] of [
    [member.email, memberPassword],
    [member.email, 'a wrong password'],
    ['nobody@example.test', memberPassword],
  ] as const) {
    const { status, problem, headers } = await signIn(email, password)
    const { incident: _, ...shown } = problem
    answers.push({ status, shown, cookie: headers['set-cookie'] })
  }
  assert.deepEqual(answers[1], answers[0])
  assert.deepEqual(answers[2], answers[0])
  assert.equal(answers[0]?.status, 401)
})

test('no reset is mailed, and one that was mailed before sets nothing', async () => {
  const { node } = world
  const before = node.mails.length
  for (const email of [member.email, 'nobody@example.test']) {
    const answer = await node.call({ method: 'POST', path: '/v1/password-resets', body: { email } })
    assert.equal(answer.status, 202)
  }
  await node.readMails()
  assert.equal(node.mails.length, before)
  assert.notEqual(resetSecret, undefined)
  const body = { secret: resetSecret, password: 'seven calm otters glide' }
  const used = await node.call({ method: 'POST', path: '/v1/password-resets/use', body })
  assert.deepEqual([used.status, used.problem.code], [401, 'password.reset_refused'])
})

test('an invitation makes no password; single sign-on accepts it', async () => {
  const { node, owner } = world
  const email = 'new@example.test'
  const call = { method: 'POST', path: '/v1/invitations', bearer: owner.bearer, body: { email, role: 'viewer' } }
  const { secret } = (await node.call<{ secret: string }>(call)).body
  const { organisation } = owner
  const body = { organisation, secret, email, password: memberPassword }
  const refused = await node.call({ method: 'POST', path: '/v1/invitations/accept', body })
  assert.deepEqual([refused.status, refused.problem.code], [403, 'invitation.single_sign_on'])
  const entered = await signInBy(world, { organisation, invitation: secret }, { sub: 'new', email })
  assert.equal(entered.status, 201)
  const bearer = entered.session ?? ''
  const change = { current: 'x', password: 'seven calm otters glide' }
  const changed = await node.call({ method: 'POST', path: '/v1/me/password', bearer, body: change })
  assert.equal(changed.problem.code, 'password.single_sign_on')
  const lost = await node.call({ method: 'DELETE', path: '/v1/me/single-sign-on', bearer })
  assert.equal(lost.problem.code, 'single_sign_on.last_way')
  const offer = await node.call<{ proofs: string[] }>({
    method: 'POST',
    path: '/v1/sessions/current/step-up/begin',
    bearer,
  })
  assert.deepEqual(offer.body.proofs, ['provider'])
})

test('step-up at the provider wants a sign-in since it began, by the same account', async () => {
  const { node, owner, provider } = world
  const { organisation } = owner
  const entered = await signInBy(world, { organisation }, { sub: 'new', auth_time: 1000 })
  const bearer = entered.session ?? ''
  const sensitive = { method: 'POST', path: '/v1/me/single-sign-on/connect' }
  assert.equal((await node.call({ ...sensitive, bearer })).problem.code, 'access.step_up_needed')
  const prove = async (claims: object) => {
    const away = await leave(node, {}, '/v1/sessions/current/step-up/single-sign-on', bearer)
    const asked = new URL(away.url).searchParams
    assert.deepEqual([asked.get('max_age'), asked.get('prompt')], ['0', 'login'])
    const code = provider.issue({ claims: provider.claimsFor(away.url, { sub: 'new', ...claims }) })
    const query = `?${new URLSearchParams({ code, state: away.state, iss: provider.issuer }).toString()}`
    const headers = { cookie: away.cookie }
    const call = { method: 'POST', path: '/v1/me/single-sign-on/finish', headers, body: { query }, bearer }
    return node.call<{ session: { secret: string } }>(call)
  }
  const now = Math.floor(Date.now() / 1000)
  assert.equal((await prove({ auth_time: now - 120 })).problem.code, 'single_sign_on.not_fresh')
  assert.equal((await prove({ auth_time: undefined })).problem.code, 'single_sign_on.not_fresh')
  assert.equal((await prove({ sub: 'the owner' })).problem.code, 'single_sign_on.other_person')
  const proven = await prove({})
  assert.equal(proven.status, 201, JSON.stringify(proven.body))
  assert.equal((await node.call({ ...sensitive, bearer: proven.body.session.secret })).status, 201)
  assert.equal((await node.call({ ...sensitive, bearer })).status, 401, 'the old secret is dead')
  const erased = await node.call({ method: 'POST', path: '/v1/me/erase', bearer: proven.body.session.secret })
  assert.equal(erased.status, 204, 'CLN-08: who has no password needs none to be erased')
})

test('a break-glass password opens with the second factor only, and all owners are told', async () => {
  const { node, owner } = world
  const { body } = await signIn(ownerEmail, ownerPassword)
  assert.equal(body.session, null)
  const told = node.mails.at(-1)
  assert.deepEqual([told?.to, told?.subject], [ownerEmail.toLowerCase(), 'A break-glass password was used'])
  const proof = { kind: 'totp', code: readCode(node, appSecret, 1) }
  const call = { organisation: owner.organisation, pending: body.pending?.secret ?? '', proof }
  const opened = await node.call({ method: 'POST', path: '/v1/sessions/complete', body: call })
  assert.equal(opened.status, 201, JSON.stringify(opened.body))
  const removed = await node.call({ method: 'DELETE', path: '/v1/me/totp', bearer: owner.bearer })
  assert.equal(removed.problem.code, 'factor.last')
})

test('what everyone depends on cannot be taken away while it is the only way', async () => {
  const { node, owner, provider } = world
  const call = { bearer: owner.bearer }
  const provide = '/v1/organisation/identity-provider'
  const gone = await node.call({ ...call, method: 'DELETE', path: provide })
  assert.equal(gone.problem.code, 'identity_provider.in_force')
  const read = await node.call<{ domains: { id: string }[] }>({
    ...call,
    method: 'GET',
    path: '/v1/organisation/single-sign-on',
  })
  assert.ok(!JSON.stringify(read.body).includes(provider.clientSecret))
  const domain = read.body.domains[0]?.id ?? ''
  const removed = await node.call({ ...call, method: 'DELETE', path: `/v1/organisation/domains/${domain}` })
  assert.equal(removed.problem.code, 'domain.in_force')
  assert.equal((await setPolicy(node, owner.bearer, { signIn: 'any' })).status, 200)
  assert.equal((await signIn(member.email, memberPassword)).status, 201)
})
