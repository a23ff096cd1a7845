/** Proofs of domains that are looked for again: told at once, ended after two weeks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SignOnDomain } from '@keyhold/contract'
import { enterProvider, proveDomain, useSignOn, type SignOnWorld } from './testing/sign-on-world.ts'

let world: SignOnWorld
const record = '_keyhold-challenge.example.test'
const day = 24 * 3600_000
let proven: SignOnDomain
useSignOn(async (started) => {
  world = started
  const { node, owner, provider } = world
  await enterProvider(node, owner.bearer, provider)
  proven = await proveDomain(world, owner.bearer, 'example.test')
})

const isFound = async () => (await world.node.database.lookUp.domain('example.test')) !== undefined
const lookAgain = async (days: number) => {
  world.node.advance(days * day)
  await world.node.sweepDomains()
  await world.node.readMails()
}
const subjects = () => world.node.mails.map(({ subject }) => subject).filter((text) => text.includes('proof'))

test('a proof that is there is looked for daily and nobody hears of it', async () => {
  await lookAgain(1)
  await lookAgain(1)
  assert.equal(await isFound(), true)
  assert.deepEqual(subjects(), [])
})

test('one that is gone is told to the owners once, and found again it counts as before', async () => {
  const { names } = world
  names.texts.delete(record)
  await lookAgain(1)
  await lookAgain(1)
  assert.deepEqual(subjects(), ['The proof of example.test is gone'])
  assert.equal(await isFound(), true)
  names.texts.set(record, [proven.token])
  await lookAgain(1)
  names.texts.delete(record)
  // Counted from the first day without it.
  await lookAgain(13)
  assert.equal(await isFound(), true)
})

test('after fourteen days it ends, and with the last one “single sign-on only”; the log says so', async () => {
  const { node, owner } = world
  const { organisation } = owner
  await node.database.withTenant({ organisation }, (tx) =>
    tx.sql(
      `INSERT INTO sign_on_policies (organisation, only_provider, trust_factor, changed) VALUES ($1, true, false, now())`,
      [organisation],
    ),
  )
  await lookAgain(14)
  assert.equal(await isFound(), false)
  assert.deepEqual(subjects().slice(-2), ['The proof of example.test is gone', 'The proof of example.test has ended'])
  const rows = await node.database.withTenant({ organisation }, (tx) =>
    tx.sql<{ only: boolean }>('SELECT only_provider AS only FROM sign_on_policies'),
  )
  assert.deepEqual(rows, [{ only: false }])
  const acts = (await node.listEvents()).map(({ action }) => action)
  assert.equal(acts.filter((action) => action === 'domain.lapse').length, 1)
  await lookAgain(1)
  assert.equal(subjects().filter((text) => text.includes('ended')).length, 1)
})
