import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import type { Database } from '../../platform/database/database.ts'
import type { ChangeCall } from '../../platform/http/call.ts'
import type { Mail } from '../../platform/mail.ts'
import { silentLog } from '../../platform/log.ts'
import { createPlatformKey } from '../../platform/platform-key.ts'
import type { TestNode } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { addAccount, lookUpEmail, recognise } from './accounts.ts'
import { createPasswordHasher, type PasswordHasher } from './password-hash.ts'
import { createPasswordHandlers } from './password-routes.ts'
import { createProofGate } from './proof-gate.ts'
import type { QueueMail } from '../mails/index.ts'
import type { PeopleSetting } from './setting.ts'

const password = 'four quiet herons wade'
const hasher = createPasswordHasher()

let node: TestNode
useNode(async (world) => {
  ;({ node } = world)
  const { organisation } = node
  const passwordHash = await hasher.hash(password)
  await node.database.withTenant({ organisation }, (tx) =>
    addAccount(makeSetting(node.database), tx, {
      organisation,
      email: 'ann@example.test',
      name: undefined,
      passwordHash,
      role: 'owner',
    }),
  )
})

function makeSetting(database: Database): PeopleSetting {
  return {
    database,
    authoriser: node.authoriser,
    platformKey: createPlatformKey(Buffer.alloc(32, 9)),
    log: silentLog,
    now: () => new Date(),
    readOrganisationName: async () => undefined,
    readDataPlane: async () => ({ custody: 'demo', dataPlane: 'away' }),
    beginSecondStep: async () => undefined,
    readGroupRoles: async () => new Map(),
    endTokensOf: async () => {},
    endMadeTokens: async () => 0,
    endSecondSteps: async () => {},
    readUrl: () => '',
    onSessionEnded: () => {},
    queueMail: async () => {},
  }
}

/** What a sign-in does, step by step; the steps are the real ones. */
async function traceSteps(email: string, given: string) {
  const steps: string[] = []
  const { database } = node
  const lookUp: Database['lookUp'] = {
    ...database.lookUp,
    people: (value) => {
      steps.push('look-up')
      return database.lookUp.people(value)
    },
  }
  const readTenant: Database['readTenant'] = (context, work) => {
    steps.push('read')
    return database.readTenant(context, work)
  }
  const traced: PasswordHasher = {
    ...hasher,
    verify: (...call) => {
      steps.push('argon2id')
      return hasher.verify(...call)
    },
  }
  const setting = makeSetting({ ...database, lookUp, readTenant })
  const { account, correct } = await recognise(setting, traced, lookUpEmail(setting, email), given)
  return { steps, known: account !== undefined, correct }
}

/** What asking for a link does, up to the answer and after it. */
async function traceReset(email: string) {
  const steps: string[] = []
  const { database } = node
  const lookUp: Database['lookUp'] = {
    ...database.lookUp,
    people: (value) => {
      steps.push('look-up')
      return database.lookUp.people(value)
    },
  }
  const withTenant: Database['withTenant'] = (context, work) => {
    steps.push('transaction')
    return database.withTenant(context, work)
  }
  const mails: Mail[] = []
  const queueMail: QueueMail = (_tx, _organisation, letter) => Promise.resolve(void mails.push(letter))
  const setting = { ...makeSetting({ ...database, lookUp, withTenant }), queueMail }
  const gate = createProofGate(Date.now)
  const after: (() => Promise<void>)[] = []
  const { requestReset } = createPasswordHandlers({ setting, hasher, gate }, (_, work) => void after.push(work))
  const commit = () => Promise.resolve(steps.push('answer'))
  await requestReset({ body: { email }, address: '127.0.0.1', commit } as unknown as ChangeCall<'requestReset'>)
  for (const work of after) await work()
  return { steps, mails: mails.length }
}

test('CLU-12: whoever asks for a link is answered before anyone looks whether there is such an account', async () => {
  const steps = ['answer', 'look-up', 'transaction']
  assert.deepEqual(await traceReset('ann@example.test'), { steps, mails: 1 })
  assert.deepEqual(await traceReset(`${randomUUIDv7()}@example.test`), { steps, mails: 0 })
})

test('an unknown address, a wrong password and the right one take the same steps, and so the same time', async () => {
  const steps = ['look-up', 'read', 'argon2id']
  assert.deepEqual(await traceSteps('ann@example.test', password), { steps, known: true, correct: true })
  assert.deepEqual(await traceSteps('ann@example.test', 'wrong'), { steps, known: true, correct: false })
  assert.deepEqual(await traceSteps(`${randomUUIDv7()}@example.test`, password), {
    steps,
    known: false,
    correct: false,
  })
})
