/** Mails that wait, in a real database: with what they tell of, through the death of a server, and not for ever. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../platform/log.ts'
import type { Mail, Mailer } from '../../platform/mail.ts'
import { createPlatformKey } from '../../platform/platform-key.ts'
import type { TestNode } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { createMails } from './index.ts'

let node: TestNode
useNode((world) => void ({ node } = world))

const letter: Mail = { to: 'ann@example.test', subject: 'Your password', text: 'kh_rst_secret' }
const minute = 60_000

/** A server of its own on the node's database, with what it sent; `send` is how its mailer goes about it. */
function startServer(send: Mailer['send'] = () => Promise.resolve()) {
  const sent: Mail[] = []
  const mailer: Pick<Mailer, 'send'> = {
    send: (mail, onEnd) => {
      sent.push(mail)
      return send(mail, onEnd)
    },
  }
  const platformKey = createPlatformKey(Buffer.alloc(32, 7))
  const now = () => new Date(node.time())
  const mails = createMails({ database: node.database, platformKey, mailer, log: silentLog, now })
  const queue = () => node.database.withTenant(node, (tx) => mails.queue(tx, node.organisation, letter))
  return { mails, sent, queue }
}
const delivers: Mailer['send'] = (_mail, onEnd) => Promise.resolve(onEnd?.(true))
const waiting = () =>
  node.database.withTenant(node, (tx) => tx.sql<{ text: string }>('SELECT to_jsonb(mails)::text AS text FROM mails'))

test('CLU-12: nothing is mailed for what was rolled back', async () => {
  const { mails, sent } = startServer(delivers)
  const failing = node.database.withTenant(node, async (tx) => {
    await mails.queue(tx, node.organisation, letter)
    throw new Error('rolled back')
  })
  await assert.rejects(failing, /rolled back/)
  assert.deepEqual([sent, await waiting()], [[], []])
})

test('CLU-12: what was sent is forgotten, and what waits is sealed', async () => {
  const dead = startServer()
  await dead.queue()
  const [row] = await waiting()
  for (const plain of ['ann@', 'password', 'secret']) assert.ok(row?.text.includes(plain) === false, plain)
  const { mails, sent } = startServer(delivers)
  node.advance(4 * minute)
  await mails.sweep()
  await mails.settle()
  assert.deepEqual([sent, await waiting()], [[letter], []])
})

test('CLU-12: a server that ends between commit and sending loses nothing: another takes the mail up, once', async () => {
  const dead = startServer()
  await dead.queue()
  const [one, two] = [startServer(delivers), startServer(delivers)]
  await one.mails.sweep()
  assert.deepEqual(one.sent, [], 'the first server still has it in hand')
  node.advance(4 * minute)
  await Promise.all([one.mails.sweep(), two.mails.sweep()])
  await Promise.all([one.mails.settle(), two.mails.settle()])
  assert.deepEqual([...one.sent, ...two.sent], [letter])
  assert.deepEqual(await waiting(), [])
})

test('a server that lives and tries again keeps its mails; one that gives them up for now leaves them to the next', async () => {
  const ends: ((done: boolean) => void)[] = []
  const slow = startServer((_mail, onEnd) => Promise.resolve(void (onEnd && ends.push(onEnd))))
  const other = startServer(delivers)
  await slow.queue()
  for (let step = 0; step < 3; step += 1) {
    node.advance(2 * minute)
    await slow.mails.sweep()
    await other.mails.sweep()
  }
  assert.deepEqual(other.sent, [])
  ends[0]?.(false)
  node.advance(4 * minute)
  await other.mails.sweep()
  await other.mails.settle()
  assert.deepEqual([slow.sent.length, other.sent.length, (await waiting()).length], [1, 1, 0])
})

test('a mail that could not be sent for a day is sent no more', async () => {
  const dead = startServer()
  await dead.queue()
  node.advance(24 * 60 * minute)
  const { mails, sent } = startServer(delivers)
  await mails.sweep()
  assert.deepEqual([sent, await waiting()], [[], []])
})

test('a mail that was moved to another row is not opened, and holds no other one up', async () => {
  const dead = startServer()
  await dead.queue()
  await node.database.withTenant(node, (tx) => tx.sql('UPDATE mails SET id = gen_random_uuid(), taken_until = created'))
  await dead.queue()
  node.advance(4 * minute)
  const { mails, sent } = startServer(delivers)
  await mails.sweep()
  await mails.settle()
  assert.deepEqual([sent, (await waiting()).length], [[letter], 1])
})
