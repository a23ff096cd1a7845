import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyone, dataPlane, member, operator, type AccessRule } from '@keyhold/contract'
import { installationLog } from './audit-port.ts'
import { authorise, requireStepUp, visibleBuckets, type AccessObject, type Principal } from './access.ts'

const [organisation, project, other, id] = ['o', 'p1', 'p2', 'x']
const owner: Principal = {
  kind: 'person',
  id,
  organisation,
  role: 'owner',
  session: 's',
  cookie: false,
  sudo: true,
  limited: false,
}
const stale: Principal = { ...owner, sudo: false }
const limited: Principal = { ...owner, limited: true }
const sensitive = member('token.manage', 'none', { sudo: true })
const enrolment = member('self.use', 'none', { sudo: true, limited: true })
const plane: Principal = { kind: 'dataPlane', id, organisation }
const token: Principal = {
  kind: 'token',
  id,
  organisation,
  project,
  scopes: [
    { bucket: 'in', access: 'write' },
    { bucket: 'out', access: 'read' },
  ],
}
const keeper: Principal = {
  kind: 'operator',
  id,
  organisation: installationLog,
  roles: ['monitoring', 'administration'],
  session: 's',
  cookie: true,
  sudo: true,
}
const inviting = operator('operator.manage', { sudo: true })
const nobody = undefined

type Row = readonly [
  Principal | undefined,
  AccessRule,
  AccessObject,
  'allowed' | 'access.denied' | 'access.unauthenticated' | 'access.step_up_needed' | 'access.factor_needed',
]

const table: readonly Row[] = [
  [nobody, anyone, {}, 'allowed'],
  [nobody, member('data.read', 'any'), {}, 'access.unauthenticated'],
  [nobody, dataPlane, {}, 'access.unauthenticated'],
  [owner, member('data.read', 'none'), { project }, 'allowed'],
  [owner, member('data.read', 'write'), { project, bucket: 'in' }, 'allowed'],
  [owner, dataPlane, {}, 'access.denied'],
  [owner, sensitive, {}, 'allowed'],
  [stale, sensitive, {}, 'access.step_up_needed'],
  [{ ...stale, role: 'viewer' }, sensitive, {}, 'access.denied'],
  [stale, member('data.read', 'none'), {}, 'allowed'],
  [limited, member('data.read', 'none'), {}, 'access.factor_needed'],
  [limited, sensitive, {}, 'access.factor_needed'],
  [limited, dataPlane, {}, 'access.factor_needed'],
  [limited, enrolment, {}, 'allowed'],
  [{ ...limited, sudo: false }, enrolment, {}, 'access.step_up_needed'],
  [plane, dataPlane, {}, 'allowed'],
  [plane, member('data.read', 'any'), {}, 'access.denied'],
  // Two realms: nobody of one passes a rule of the other.
  [keeper, operator('health.read'), {}, 'allowed'],
  [keeper, inviting, {}, 'allowed'],
  [{ ...keeper, sudo: false }, inviting, {}, 'access.step_up_needed'],
  [{ ...keeper, roles: ['monitoring'] }, inviting, {}, 'access.denied'],
  [{ ...keeper, roles: [] }, operator('self.use'), {}, 'access.denied'],
  [{ ...keeper, cookie: false }, operator('self.use'), {}, 'access.denied'],
  [keeper, operator('ciphertext.read'), {}, 'access.denied'],
  [keeper, member('self.use', 'any'), {}, 'access.denied'],
  [keeper, enrolment, {}, 'access.denied'],
  [keeper, dataPlane, {}, 'access.denied'],
  [owner, operator('self.use'), {}, 'access.denied'],
  [plane, operator('self.use'), {}, 'access.denied'],
  [token, operator('self.use'), {}, 'access.denied'],
  [nobody, operator('self.use'), {}, 'access.unauthenticated'],
  [token, dataPlane, {}, 'access.denied'],
  [token, member('data.read', 'none'), {}, 'access.denied'],
  [token, member('data.read', 'any'), { project }, 'allowed'],
  [token, member('data.read', 'any'), { project: other }, 'access.denied'],
  [token, member('data.read', 'any'), { project, bucket: 'in' }, 'allowed'],
  [token, member('data.read', 'any'), { project, bucket: 'elsewhere' }, 'access.denied'],
  [token, member('data.read', 'write'), { project }, 'allowed'],
  [token, member('data.read', 'write'), { project, bucket: 'in' }, 'allowed'],
  [token, member('data.read', 'write'), { project, bucket: 'out' }, 'access.denied'],
  [token, member('data.read', 'write'), { project: other, bucket: 'in' }, 'access.denied'],
  [token, member('data.read', 'read'), { project, bucket: 'out' }, 'allowed'],
  [token, member('data.read', 'read'), { project, bucket: 'in' }, 'access.denied'],
  [{ ...token, scopes: [] }, member('data.read', 'read'), { project }, 'access.denied'],
  [{ ...token, scopes: [] }, member('data.read', 'write'), { project }, 'access.denied'],
]

for (const [principal, rule, object, expected] of table) {
  const need = rule.kind === 'member' ? `member(${rule.token})` : rule.kind
  test(`KEB-03: ${principal?.kind ?? 'nobody'} · ${need} · ${JSON.stringify(object)} → ${expected}`, () => {
    const ask = () => {
      authorise(principal, rule, object)
      requireStepUp(principal, rule)
    }
    if (expected === 'allowed') assert.doesNotThrow(ask)
    else assert.throws(ask, { code: expected })
  })
}

test('a rule of a kind that nobody knows is denied', () => {
  const unknown = { kind: 'everybody' } as unknown as AccessRule
  for (const principal of [owner, token, plane]) assert.throws(() => authorise(principal, unknown))
})

test('a token sees the buckets that it names, a person all', () => {
  assert.deepEqual(visibleBuckets(token), new Set(['in', 'out']))
  assert.equal(visibleBuckets(owner), undefined)
})
