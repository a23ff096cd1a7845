/**
 * Who may call what: every route × every role, token and stranger × their own organisation and another one, over a real
 * port, a real database and a real link. What is expected is computed from the contract; nothing here repeats its rules.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { operatorRoles, roles, routes, type OperationId, type Route } from '@keyhold/contract'
import { startWorkNode, type Plant, type WorkNode } from '../modules/jobs/testing/work-node.ts'
import { addOperators } from '../modules/operators/testing/add-operator.ts'
import { startWorkDatabase, type WorkDatabase } from '../modules/jobs/testing/work-world.ts'
import { makeTenant } from './testing/access-world.ts'
import { ways } from './testing/access-ways.ts'
import { callersOf, expectOutcome, judge, type World } from './testing/judge-access.ts'

const operations = Object.keys(routes) as OperationId[]
let database: WorkDatabase
let world: World

before(async () => {
  database = await startWorkDatabase()
  world = await openWorld(await startWorkNode({ ...database, credentials: 'real' }))
})
after(async () => {
  await world?.node.stop()
  await database?.stop()
})

async function openWorld(node: WorkNode): Promise<World> {
  const [own, other] = [await makeTenant(node, 'eiderdown'), await makeTenant(node, 'marzipan')]
  return { node, own, other, operators: await addOperators(node), named: new Set() }
}

async function judgeRoute(where: World, operation: OperationId): Promise<string[]> {
  const route: Route = routes[operation]
  const faults: string[] = []
  for (const caller of callersOf(route)) faults.push(...(await judge(where, operation, route, caller)))
  return faults
}

test('CLU-07: every route there is, and no other, has a way to call it', () => {
  assert.deepEqual(Object.keys(ways).sort(), operations.toSorted())
})

for (const operation of operations) {
  test(`KEB-16, KEB-18: ${operation} answers each caller as the contract says, and nothing of another tenant`, async () => {
    assert.deepEqual(await judgeRoute(world, operation), [])
  })
}

test('each role is denied something and allowed something, and so the matrix decides something', () => {
  for (const role of roles) {
    const outcomes = operations.map((operation) => expectOutcome(routes[operation], { kind: 'member', role }))
    assert.ok(outcomes.includes('allowed') && outcomes.includes('denied'), role)
  }
})

test('each operator’s role is denied something and allowed something', () => {
  for (const role of operatorRoles) {
    const outcomes = operations.map((operation) => expectOutcome(routes[operation], { kind: 'operator', role }))
    assert.ok(outcomes.includes('allowed') && outcomes.includes('denied'), role)
  }
})

const holes: Record<string, { operation: OperationId; plant: Plant; fault: RegExp }> = {
  'a route whose rule lets every role in': {
    operation: 'listTokens',
    plant: ({ routes: all, handlers }) => {
      const access = { kind: 'member', action: 'self.use', token: 'none' } as const
      return { handlers, routes: { ...all, listTokens: { ...all['listTokens'], access } as Route } }
    },
    fault: /viewer: must be denied/,
  },
  'a route that lets any token in': {
    operation: 'listPeople',
    plant: ({ routes: all, handlers }) => {
      const access = { kind: 'member', action: 'people.read', token: 'any' } as const
      return { handlers, routes: { ...all, listPeople: { ...all['listPeople'], access } as Route } }
    },
    fault: /reader token: must be denied/,
  },
  'a route of operators that lets any of them in': {
    operation: 'listCiphertext',
    plant: ({ routes: all, handlers }) => {
      const access = { kind: 'operator', action: 'self.use' } as const
      return { handlers, routes: { ...all, listCiphertext: { ...all['listCiphertext'], access } as Route } }
    },
    fault: /operator of monitoring: must be denied/,
  },
  'a handler of operators that reads a tenant': {
    operation: 'listOrganisations',
    plant: ({ routes: all, handlers }) => {
      const { organisation } = world.own.place
      const leaky: typeof handlers.listOrganisations = async (call) => {
        const { organisations } = await handlers.listOrganisations(call)
        const [row] = await world.node.database.withTenant({ organisation }, (tx) =>
          tx.sql<{ name: string }>('SELECT name FROM organisations'),
        )
        return { organisations: organisations.map((one) => ({ ...one, label: row?.name ?? null })) }
      }
      return { routes: all, handlers: { ...handlers, listOrganisations: leaky } }
    },
    fault: /operator of monitoring: gives away eiderdown/,
  },
  'a handler that reads another tenant': {
    operation: 'listProjects',
    plant: ({ routes: all, handlers }) => {
      const { organisation } = world.own.place
      const leaky: typeof handlers.listProjects = (call) =>
        handlers.listProjects(Object.create(call, { organisation: { value: organisation } }) as typeof call)
      return { routes: all, handlers: { ...handlers, listProjects: leaky } }
    },
    fault: /another organisation’s owner: gives away eiderdown/,
  },
}

for (const [name, { operation, plant, fault }] of Object.entries(holes)) {
  test(`the matrix can fail: ${name} is found`, async () => {
    const node = await startWorkNode({ ...database, credentials: 'real', plant })
    try {
      const faults = await judgeRoute({ ...world, node }, operation)
      assert.ok(
        faults.some((one) => fault.test(one)),
        faults.join('\n'),
      )
    } finally {
      await node.stop()
    }
  })
}
