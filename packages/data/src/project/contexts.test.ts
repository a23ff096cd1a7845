import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Contexts } from './contexts.ts'

test('a conversation ends after 10 minutes and cannot be opened again while its messages could still be valid', async () => {
  let now = 0
  let opened = 0
  const contexts = new Contexts<number>(() => now)
  const find = () => contexts.find('a', async () => ++opened)
  assert.equal(await find(), 1)
  now = 600_000
  assert.equal(await find(), 1)
  now = 600_001
  await assert.rejects(find(), { code: 'context.unknown' })
  now = 719_999
  await contexts.find('b', async () => 0)
  await assert.rejects(find(), { code: 'context.unknown' })
  now = 720_000
  await contexts.find('c', async () => 0)
  assert.equal(await find(), 2)
})

test('two first messages at once share one conversation, and with it one memory of used numbers', async () => {
  const contexts = new Contexts<object>()
  const [first, second] = await Promise.all([
    contexts.find('a', async () => ({})),
    contexts.find('a', async () => ({})),
  ])
  assert.equal(first, second)
})

test('conversations are bounded', async () => {
  const contexts = new Contexts<number>(() => 0)
  for (let index = 0; index < 4096; index++) await contexts.find(`${index}`, async () => index)
  await assert.rejects(
    contexts.find('one more', async () => 0),
    { code: 'context.too_many' },
  )
})
