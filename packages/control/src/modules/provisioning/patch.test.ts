/** Patches of any kind: what they leave is what RFC 7644 says, or they are refused with a code of ours. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { AppError } from '../../platform/errors.ts'
import { applyPatch, matchFilter } from './ask-scimmy.ts'
import { patchMembers } from './group-resource.ts'
import { listResources } from './list-resources.ts'
import { readPatch, type Operation } from './patch-operations.ts'
import { describeUser, readPatchedUser } from './user-resource.ts'

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
const someIds = fc.uniqueArray(fc.integer({ min: 0, max: 9 }).map(id))
const account = {
  organisation: id(100),
  id: id(1),
  email: 'ann@example.test',
  name: 'Ann',
  externalId: 'x',
  active: true,
  suspended: null,
  role: 'viewer',
  ownRole: 'viewer',
  provisionedBy: id(2),
  hasPassword: false,
  created: '2026-01-01T00:00:00.000Z',
} as const
const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']

test('members after a patch are those that its operations name, one after the other, whatever their dialect', () => {
  const list = (ids: string[]) => ids.map((value) => ({ value }))
  const step = fc.oneof(
    someIds.map((ids) => ({
      operation: { op: 'Add', path: 'members', value: list(ids) },
      apply: (before: Set<string>) => before.union(new Set(ids)),
    })),
    someIds.map((ids) => ({
      operation: { op: 'Remove', path: 'members', value: list(ids) },
      apply: (before: Set<string>) => before.difference(new Set(ids)),
    })),
    someIds.map((ids) => ({
      operation: { op: 'replace', value: { members: list(ids) } },
      apply: () => new Set(ids),
    })),
    fc.integer({ min: 0, max: 9 }).map((n) => ({
      operation: { op: 'remove', path: `members[value eq "${id(n)}"]` },
      apply: (before: Set<string>) => before.difference(new Set([id(n)])),
    })),
  )
  fc.assert(
    fc.property(someIds, fc.array(step, { minLength: 1, maxLength: 12 }), (before, steps) => {
      const { operations } = readPatch({ schemas, Operations: steps.map(({ operation }) => operation) })
      const { members, others } = patchMembers(before, operations)
      const expected = steps.reduce<Set<string>>((now, { apply }) => apply(now), new Set(before))
      assert.deepEqual([...members].sort(), [...expected].sort())
      assert.deepEqual(others, [])
    }),
  )
})

const path = fc.oneof(
  fc.constantFrom(
    'active',
    'userName',
    'displayName',
    'externalId',
    'name.formatted',
    'name.givenName',
    'emails[type eq "work"].value',
    'urn:ietf:params:scim:schemas:core:2.0:User:active',
    'members',
    'id',
    '__proto__.polluted',
    'constructor.prototype',
  ),
  fc.string({ maxLength: 60 }),
)
const operation = fc.record(
  { op: fc.constantFrom('Add', 'replace', 'REMOVE', 'move'), path, value: fc.jsonValue({ maxDepth: 3 }) },
  { requiredKeys: ['op'] },
)

test('no patch of a user fails inside, reaches a prototype, or gives a user another id', async () => {
  const original = describeUser(account, [], 'https://keyhold.example.test')
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 5 }), async (given) => {
      try {
        const { operations } = readPatch({ schemas, Operations: given })
        const patched = await applyPatch('User', original, { schemas, operations })
        const terms = readPatchedUser(patched, original, account)
        assert.match(terms.email, /^[^@\s]+@[^@\s]+$/)
        assert.equal(typeof terms.active, 'boolean')
        assert.equal(patched['id'], account.id)
      } catch (error) {
        assert.ok(error instanceof AppError && error.code.startsWith('provisioning.'), String(error))
      }
      assert.ok(!('polluted' in {}))
    }),
    { numRuns: 500 },
  )
})

test('no filter fails inside, and each is read within a tenth of a second', () => {
  const users = [describeUser(account, [], ''), describeUser({ ...account, id: id(2), name: null }, [], '')]
  const word = fc.constantFrom(
    'userName',
    'eq',
    'co',
    'and',
    'or',
    'not',
    '(',
    ')',
    '"ann"',
    '[',
    ']',
    '.',
    '\\',
    'pr',
    '"',
  )
  const filter = fc.oneof(
    fc.string({ maxLength: 1000 }),
    fc.array(word, { maxLength: 200 }).map((all) => all.join(' ')),
  )
  fc.assert(
    fc.property(filter, (text) => {
      const started = performance.now()
      try {
        assert.ok(listResources(users, { filter: text })['totalResults'] !== undefined)
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === 'provisioning.bad_filter', String(error))
      }
      assert.ok(performance.now() - started < 100, text)
    }),
    { numRuns: 500 },
  )
})

test('attack: a filter whose alternatives multiply is refused before anybody multiplies them', () => {
  const filter = Array.from({ length: 30 }, () => '(a eq 1 or b eq 2)').join(' and ')
  const started = performance.now()
  assert.throws(() => matchFilter(filter, []), /ten of and, or, not/)
  const value = [{ value: `x" or ${filter} or value eq "y` }]
  const { operations } = readPatch({ schemas, Operations: [{ op: 'remove', path: 'emails', value }] })
  assert.deepEqual(operations, [])
  const within = { op: 'remove', path: 'name[formatted eq "x"]' }
  assert.throws(() => readPatch({ schemas, Operations: [within] }), /names nothing that can be changed/)
  assert.ok(performance.now() - started < 100)
})

test('filters compare, combine and look into lists', () => {
  const users = [describeUser(account, [{ id: id(7), name: 'Sales' }], '')]
  const met = [
    'active eq true',
    'userName sw "ann" and not (active eq false)',
    'groups.display eq "Sales"',
    'emails[value co "@"]',
  ]
  for (const filter of met) assert.equal(matchFilter(filter, users).length, 1, filter)
  assert.equal(matchFilter('userName sw "bob" or externalId eq "y"', users).length, 0)
})

test('truths in words and core names in full are understood, extensions and ids left out', () => {
  const read = (operations: object[]): readonly Operation[] => readPatch({ schemas, Operations: operations }).operations
  assert.deepEqual(
    read([{ op: 'Replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:active', value: 'FALSE' }]),
    [{ op: 'replace', path: 'active', value: false }],
  )
  assert.deepEqual(
    read([
      { op: 'add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager', value: 'x' },
      { op: 'replace', value: { id: id(1), active: 'True' } },
    ]),
    [{ op: 'replace', path: 'active', value: true }],
  )
})

test('attack: taking `active` away is neither yes nor no, and is refused', () => {
  const remove = { op: 'Remove', path: 'urn:ietf:params:scim:schemas:core:2.0:User:active' }
  assert.throws(() => readPatch({ schemas, Operations: [remove] }), { code: 'provisioning.bad_value' })
})
