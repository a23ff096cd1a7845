/** What was compared with a password, and is done when that is none any more: between the two, somebody else acts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../platform/log.ts'
import { createPlatformKey } from '../../platform/platform-key.ts'
import type { TestNode } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { addAccount } from './accounts.ts'
import { createPasswordHasher } from './password-hash.ts'
import { readPasswordHash } from './people-store.ts'
import { createProofGate } from './proof-gate.ts'
import { listSessionIds } from './session-store.ts'
import { holdSession, openSession } from './sessions.ts'
import { preparePassword } from './set-password.ts'
import { signIn } from './sign-in.ts'
import type { PeopleSetting } from './setting.ts'

const email = 'ann@example.test'
const first = 'four quiet herons wade'
const second = 'nine slow barges drift'
const hasher = createPasswordHasher()
let node: TestNode
let setting: PeopleSetting
let person: string

useNode(async (world) => {
  ;({ node } = world)
  setting = {
    database: node.database,
    authoriser: node.authoriser,
    platformKey: createPlatformKey(Buffer.alloc(32, 9)),
    log: silentLog,
    now: () => new Date(),
    readOrganisationName: async () => undefined,
    readDataPlane: async () => ({ custody: 'demo', dataPlane: 'away' }),
    beginSecondStep: async () => undefined,
    endSecondSteps: async () => {},
    readGroupRoles: async () => new Map(),
    endTokensOf: async () => {},
    endMadeTokens: async () => 0,
    readUrl: () => '',
    onSessionEnded: () => {},
    queueMail: async () => {},
  }
  const { organisation } = node
  const passwordHash = await hasher.hash(first)
  person = await node.database.withTenant({ organisation }, (tx) =>
    addAccount(setting, tx, { organisation, email, name: undefined, passwordHash, role: 'viewer' }),
  )
})

/** As by a link: whatever the present password is. */
async function reset(password: string): Promise<void> {
  const { organisation } = node
  const change = { organisation, person, password, keep: null, how: 'reset', present: null } as const
  const store = await preparePassword(setting, hasher, change)
  await node.database.withTenant({ organisation }, async (tx) => store?.(tx))
}

const readHash = () => node.database.readTenant(node, (tx) => readPasswordHash(tx, person))

test('whose password is reset between its comparison and the session gets none, and cannot bring the old hash back', async () => {
  const gate = createProofGate(Date.now)
  const given = { email, password: first, address: '127.0.0.1', proof: undefined }
  const { organisation, settle } = await signIn(setting, { hasher, gate }, given, () => {})
  await reset(second)
  const stored = await readHash()
  await assert.rejects(
    node.database.withTenant({ organisation }, (tx) => settle(tx)),
    { code: 'sign_in.refused' },
  )
  assert.equal(await readHash(), stored)
})

test('a change whose present password was reset meanwhile changes nothing: who was shut out stays out', async () => {
  const { organisation } = node
  const present = (await readHash()) ?? ''
  const change = { organisation, person, password: 'my own thief words', keep: null, how: 'changed', present } as const
  const store = await preparePassword(setting, hasher, change)
  await reset(first)
  const stored = await readHash()
  await assert.rejects(
    node.database.withTenant({ organisation }, async (tx) => store?.(tx)),
    { code: 'password.current_wrong' },
  )
  assert.equal(await readHash(), stored)
})

test('whose session a reset ended between the call and the erasure is not erased by who was shut out', async () => {
  const { organisation } = node
  const place = { organisation, person, address: '127.0.0.1', program: 'A program' }
  const open = () => node.database.withTenant({ organisation }, (tx) => openSession(setting, tx, place))
  const hold = (session: string) =>
    node.database.withTenant({ organisation }, (tx) => holdSession(tx, { organisation, session }))
  await open()
  const [session = ''] = await node.database.withTenant({ organisation }, (tx) => listSessionIds(tx, person))
  await hold(session)
  await reset(second)
  await assert.rejects(hold(session), { code: 'session.ended' })
})

test('a short password that was judged beside a factor is not stored once the factor was removed meanwhile', async () => {
  const { organisation } = node
  const change = { organisation, person, password: 'vy7+qk2m', keep: null, how: 'reset', present: null } as const
  const alter = (sql: string) => node.database.withTenant({ organisation }, (tx) => tx.sql(sql, [person]))
  await alter(`INSERT INTO totp_factors (organisation, person, secret_sealed, created)
    SELECT organisation, id, '\\x00', now() FROM people WHERE id = $1`)
  const store = await preparePassword(setting, hasher, change)
  await alter('DELETE FROM totp_factors WHERE person = $1')
  const stored = await readHash()
  await assert.rejects(
    node.database.withTenant({ organisation }, async (tx) => store?.(tx)),
    { code: 'password.too_short' },
  )
  assert.equal(await readHash(), stored)
})
