import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RosterMember } from '@keyhold/contract'
import { listPending, maySettle } from './pending.ts'
import type { Roster } from './roster.ts'

const device = (keyId: string, person: string | undefined, role: 'owner' | 'admin' | 'viewer'): RosterMember => ({
  kind: 'device',
  keyId,
  publicKey: keyId,
  name: keyId,
  ...(person !== undefined && { person, role }),
})
const token = (keyId: string, id: string, person?: string): RosterMember => ({
  kind: 'token',
  id,
  keyId,
  publicKey: keyId,
  project: 'p',
  scopes: [],
  expires: '2030-01-01T00:00:00.000Z',
  ...(person !== undefined && { person }),
})
const rosterOf = (...members: RosterMember[]): Roster => ({
  length: members.length,
  head: null,
  members: new Map(members.map((member) => [member.keyId, member])),
})
const people = [
  { id: 'ada', role: 'admin' as const },
  { id: 'vera', role: 'viewer' as const },
]
const revoked = '2026-01-01T00:00:00.000Z'

test('what the roster lacks is named: who is gone, who has another role, which tokens ended', () => {
  const roster = rosterOf(
    device('first', undefined, 'owner'),
    device('ada', 'ada', 'admin'),
    device('old', 'vera', 'admin'),
    device('gone', 'gone', 'viewer'),
    token('reported', 't1'),
    token('live', 't2'),
    token('orphan', 't3', 'gone'),
    token('unseen', 't4'),
  )
  const tokens = [
    { id: 't1', name: 'loader', revoked },
    { id: 't2', name: 'asker', revoked: null },
  ]
  const pending = listPending(roster, { people, tokens })
  assert.deepEqual(
    pending.map(({ change, why }) => [change.kind, change.keyId, why]),
    [
      ['device', 'old', 'role_changed'],
      ['revoke', 'gone', 'member_gone'],
      ['revoke', 'reported', 'token_ended'],
      ['revoke', 'orphan', 'member_gone'],
    ],
  )
})

test('what concerns owners waits for an owner’s device, and a viewer’s signs only what is its person’s own', () => {
  const roster = rosterOf(
    device('ada', 'ada', 'admin'),
    device('vera', 'vera', 'viewer'),
    device('boss', 'gone', 'owner'),
    token('own', 't1', 'vera'),
    token('program', 't2'),
  )
  const ended = ['t1', 't2'].map((id) => ({ id, name: id, revoked }))
  const pending = listPending(roster, { people, tokens: ended })
  const signs = (keyId: string) =>
    pending.filter((one) => maySettle(roster, { signer: { keyId } as never }, one)).map(({ change }) => change.keyId)
  assert.deepEqual(signs('ada'), ['own', 'program'])
  assert.deepEqual(signs('vera'), ['own'])
  assert.equal(pending.length, 3)
})
