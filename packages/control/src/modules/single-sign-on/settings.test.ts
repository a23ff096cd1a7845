/** What an organisation sets: provider and domains, and what it cannot be made to set (CLN-07). */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import type { SignOnDomain } from '@keyhold/contract'
import { insertOrganisation } from '../setup/store.ts'
import { setUpOwner } from '../setup/testing/test-node.ts'
import { addMember } from '../setup/testing/add-member.ts'
import { enterProvider, proveDomain, useSignOn, type SignOnWorld } from './testing/sign-on-world.ts'
import { startTestProvider } from './testing/test-provider.ts'

let world: SignOnWorld
/** Files by address: what the domains' web servers would answer, since their port 443 is not ours. */
const files = new Map<string, string>()
useSignOn(
  (started) => {
    world = started
  },
  (dialler) => ({
    ...dialler,
    async call(url, call) {
      if (!url.pathname.startsWith('/.well-known/keyhold')) return dialler.call(url, call)
      const body = files.get(url.href)
      return { status: body === undefined ? 404 : 200, headers: [], body: Buffer.from(body ?? '') }
    },
  }),
)

const path = '/v1/organisation/identity-provider'
const save = (body: object, bearer = world.owner.bearer) => world.node.call({ method: 'PUT', path, bearer, body })
const entered = () => {
  const { issuer, clientId, clientSecret } = world.provider
  return { name: 'Example login', issuer, clientId, clientSecret, scopes: 'openid email' }
}

test('only owners and admins read or set it', async () => {
  const { node, owner } = world
  const { bearer } = await addMember(node, owner, 'analyst')
  assert.equal((await save(entered(), bearer)).status, 403)
  const read = { method: 'GET', path: '/v1/organisation/single-sign-on', bearer }
  assert.equal((await node.call(read)).status, 403)
})

test('SSRF: a provider inside the operator’s network is refused, and not called', async () => {
  for (const issuer of ['https://10.0.0.1', 'https://169.254.169.254', 'https://[::1]:8443', 'https://127.0.0.2']) {
    const answer = await save({ ...entered(), issuer })
    assert.deepEqual([answer.status, answer.problem.code], [400, 'outgoing.forbidden'])
  }
  for (const issuer of ['http://127.0.0.1', 'https://x.test?a', 'https://x.test#a', 'file:///etc/passwd']) {
    assert.equal((await save({ ...entered(), issuer })).status, 400)
  }
})

test('a provider must be what it says it is', async () => {
  const { identity } = world
  for (const metadata of [
    { issuer: 'https://127.0.0.1' },
    { issuer: undefined },
    { jwks_uri: undefined },
    { token_endpoint: 'http://127.0.0.1/token' },
    { response_types_supported: ['id_token'] },
  ]) {
    const odd = await startTestProvider(identity, metadata)
    const answer = await save({ ...entered(), issuer: odd.issuer })
    await odd.stop()
    assert.deepEqual(
      [answer.status, answer.problem.code],
      [400, 'identity_provider.unusable'],
      JSON.stringify(metadata),
    )
  }
})

test('SSRF: what a provider names in its configuration is checked like the provider', async () => {
  const { identity, node, owner } = world
  const odd = await startTestProvider(identity, { jwks_uri: 'https://169.254.169.254/keys' })
  await enterProvider(node, owner.bearer, odd)
  const tested = await node.call({ method: 'POST', path: `${path}/test`, bearer: owner.bearer })
  await odd.stop()
  assert.equal(tested.problem.code, 'outgoing.forbidden')
})

test('the secret is sealed, never given out, and not sent to another issuer', async () => {
  const { node, owner, provider, identity } = world
  await enterProvider(node, owner.bearer, provider)
  const { clientSecret, ...rest } = entered()
  assert.equal((await save({ ...rest, name: 'Renamed' })).status, 200)
  const other = await startTestProvider(identity)
  for (const change of [{ issuer: other.issuer }, { clientId: 'another' }]) {
    const answer = await save({ ...rest, ...change })
    assert.equal(answer.problem.code, 'identity_provider.secret_needed')
  }
  assert.deepEqual(other.paths, [])
  await other.stop()
  const stored = await node.database.withTenant(owner, (tx) => tx.sql('SELECT * FROM identity_providers'))
  assert.ok(!JSON.stringify(stored).includes(clientSecret))
  const tested = await node.call({ method: 'POST', path: `${path}/test`, bearer: owner.bearer })
  assert.deepEqual(tested.body, { keys: 1, namesItself: true, pkce: true })
})

test('a domain is proven by a DNS record or by a file, each with this organisation’s own text', async () => {
  const { node, owner, names } = world
  const call = { method: 'POST', path: '/v1/organisation/domains', bearer: owner.bearer }
  const added = await node.call<{ domain: SignOnDomain }>({ ...call, body: { domain: 'By-File.Test.' } })
  const { id, domain, token, proven } = added.body.domain
  assert.deepEqual([domain, proven], ['by-file.test', null])
  const check = () => node.call({ ...call, path: `${call.path}/${id}/check` })
  names.texts.set('_keyhold-challenge.by-file.test', ['keyhold-domain=another'])
  names.texts.set('by-file.test', [token])
  files.set('https://by-file.test/.well-known/keyhold-challenge', `${token}x`)
  assert.equal((await check()).problem.code, 'domain.not_proven')
  files.set('https://by-file.test/.well-known/keyhold-challenge', `${token}\n`)
  assert.equal((await check()).status, 200)
  assert.equal((await node.call({ ...call, body: { domain: 'by-file.test' } })).problem.code, 'domain.exists')
  for (const wrong of ['localhost', '127.0.0.1', 'a..test', 'a test', '-a.test', 'a/b.test', 'x@y.test']) {
    assert.equal((await node.call({ ...call, body: { domain: wrong } })).problem.code, 'domain.malformed', wrong)
  }
})

test('a domain that another organisation has proven stays that one’s', async () => {
  const { node, owner, names } = world
  await proveDomain(world, owner.bearer, 'ours.test')
  const organisation = randomUUIDv7()
  await node.database.withTenant({ organisation }, (tx) =>
    insertOrganisation(tx, organisation, '2026-01-01T00:00:00.000Z'),
  )
  const { bearer } = await setUpOwner(node, await node.addOrganisation(organisation), organisation)
  const call = { method: 'POST', path: '/v1/organisation/domains', bearer }
  const claimed = await node.call<{ domain: SignOnDomain }>({ ...call, body: { domain: 'ours.test' } })
  const { id, token } = claimed.body.domain
  names.texts.set('_keyhold-challenge.ours.test', [token])
  const answer = await node.call({ ...call, path: `${call.path}/${id}/check` })
  assert.deepEqual([answer.status, answer.problem.code], [409, 'domain.taken'])
  // The index holds too, whatever the program forgets.
  await assert.rejects(
    node.database.withTenant({ organisation }, (tx) =>
      tx.sql('UPDATE sign_on_domains SET proven = now() WHERE id = $1', [id]),
    ),
    /sign_on_domains_proven/,
  )
})
