/** Tokens of people: at most what the person may, gone with the membership. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Role, Token } from '@keyhold/contract'
import type { Static } from 'typebox'
import { addPerson } from '../setup/testing/add-person.ts'
import { signToken, type TokenScope } from '../setup/testing/sign-token.ts'
import type { TestNode, TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'

let node: TestNode
let owner: TestOwner
let other: string
useNode(async (world) => {
  ;({ node, owner } = world)
  // There is always an owner: with another one, this one can be something else.
  other = (await addPerson(node, 'owner', 'other@example.test')).id
})

type Created = { token: Static<typeof Token>; secret: string }
const both: TokenScope[] = [
  { bucket: 'sales', access: 'read' },
  { bucket: 'sales', access: 'write' },
]

async function createOwn(scopes = both) {
  const body = await signToken(node, owner, scopes, { person: owner.self })
  return node.call<Created>({ method: 'POST', path: '/v1/me/tokens', bearer: owner.bearer, body })
}
const tables = (bearer: string, method = 'GET') =>
  node.call({
    method,
    path: `/v1/projects/${owner.project}/tables`,
    bearer,
    ...(method === 'POST' && { body: { bucket: 'sales', table: 'orders' } }),
  })

/** What another part of the program does to a member. */
async function setRole(role: Role): Promise<void> {
  await node.database.withTenant(owner, (tx) => tx.sql('UPDATE people SET role = $1 WHERE id <> $2', [role, other]))
  // Known of a credential for a second at most.
  node.advance(1_000)
}

test('CLU-11: a person’s own token does what the person may now, and no more', async () => {
  const { secret, token } = (await createOwn()).body
  assert.match(secret, /^kh_usr_/)
  assert.equal(token.kind, 'usr')
  assert.equal((await tables(secret, 'POST')).status, 200)
  await setRole('viewer')
  assert.equal((await tables(secret, 'POST')).problem.code, 'access.denied')
  assert.equal((await tables(secret)).status, 200)
  await setRole('approver')
  assert.equal((await tables(secret)).problem.code, 'access.denied')
  await setRole('owner')
  assert.equal((await tables(secret, 'POST')).status, 200)
})

test('a viewer makes a token that reads, and none that writes; and no program’s token', async () => {
  await setRole('viewer')
  try {
    const beyond = await createOwn()
    assert.deepEqual([beyond.status, beyond.problem.code], [403, 'token.beyond_role'])
    assert.equal((await createOwn(both.slice(0, 1))).status, 201)
    const body = await signToken(node, owner, both.slice(0, 1), {})
    const program = await node.call({ method: 'POST', path: '/v1/tokens', bearer: owner.bearer, body })
    assert.equal(program.problem.code, 'access.denied')
  } finally {
    await setRole('owner')
  }
})

test('KH-11: what the device signed says whose own it is: nobody’s, and another’s, are refused', async () => {
  for (const person of [undefined, other]) {
    const body = await signToken(node, owner, both, person === undefined ? {} : { person })
    const answer = await node.call({ method: 'POST', path: '/v1/me/tokens', bearer: owner.bearer, body })
    assert.equal(answer.problem.code, 'token.endorsement_mismatch')
  }
  const body = await signToken(node, owner, both, { person: owner.self })
  const program = await node.call({ method: 'POST', path: '/v1/tokens', bearer: owner.bearer, body })
  assert.equal(program.problem.code, 'token.endorsement_mismatch')
})

test('one’s own tokens are listed and ended by oneself, and those of programs are not among them', async () => {
  const { token } = (await createOwn()).body
  const body = await signToken(node, owner, both)
  await node.call({ method: 'POST', path: '/v1/tokens', bearer: owner.bearer, body })
  const listed = await node.call<{ tokens: Static<typeof Token>[] }>({
    method: 'GET',
    path: '/v1/me/tokens',
    bearer: owner.bearer,
  })
  assert.ok(listed.body.tokens.some(({ id }) => id === token.id))
  assert.ok(listed.body.tokens.every(({ kind }) => kind === 'usr'))
  const end = (id: string) => node.call({ method: 'DELETE', path: `/v1/me/tokens/${id}`, bearer: owner.bearer })
  assert.equal((await end(body.id)).problem.code, 'token.unknown')
  assert.equal((await end(token.id)).status, 204)
})

test('CLU-11: with the membership the token is gone, and says so', async () => {
  const { secret } = (await createOwn()).body
  await node.database.withTenant(owner, async (tx) => {
    await tx.sql('DELETE FROM sessions')
    await tx.sql('DELETE FROM people WHERE id <> $1', [other])
  })
  node.advance(1_000)
  const refused = await tables(secret)
  assert.deepEqual([refused.status, refused.problem.code], [401, 'token.owner_gone'])
})
