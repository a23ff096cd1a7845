import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildOpenApi } from './openapi.ts'
import type { Route } from './route.ts'
import { routeList, routes } from './routes.ts'
import { Time } from './schema.ts'

test('CLU-07: every route declares an operation id of its own, an access rule and an audit action', () => {
  for (const [name, route] of Object.entries(routes)) {
    assert.equal(route.operationId, name)
    assert.ok(['public', 'dataPlane', 'provisioner', 'member', 'operator'].includes(route.access.kind), name)
    assert.match(route.audit.action, /^[a-z_]+\.[a-z_]+$/, name)
  }
})

test('only set-up, sign-in (single sign-on too), an invitation, resets, health, a data plane’s first calls and lost tokens’ reports are open', () => {
  const open = routeList.filter((route) => route.access.kind === 'public').map((route) => route.operationId)
  assert.deepEqual(open.sort(), [
    'acceptInvitation',
    'beginOperatorEnrolment',
    'beginSingleSignOn',
    'completeSignIn',
    'enrolDataPlane',
    'enrolOperator',
    'finishSingleSignOn',
    'openLink',
    'readHealth',
    'readInstallation',
    'readOperatorChallenge',
    'readTokenFormat',
    'reportLeakedToken',
    'requestReset',
    'resetPassword',
    'setUp',
    'signIn',
    'signInOperator',
  ])
})

test('KEB-17: a route that changes something is audited as a change', () => {
  const changing = routeList.filter((route) => route.method !== 'GET' && route.method !== 'HEAD')
  // A sealed request and its large answer change nothing here; the data plane writes entries of its own for them.
  const passedOn = new Set(['sendRequest', 'postResponse'])
  // SCIM's searches ask by a body.
  for (const search of ['searchScim', 'searchScimUsers', 'searchScimGroups']) passedOn.add(search)
  for (const route of changing) {
    assert.equal(route.audit.kind, passedOn.has(route.operationId) ? 'read' : 'change', route.operationId)
  }
})

test('two routes never share a method and path', () => {
  const places = routeList.map((route) => `${route.method} ${route.path.replaceAll(/:[a-z]+/g, ':')}`)
  assert.equal(new Set(places).size, places.length)
})

function declaredParameters(route: Route): object {
  const schema: { properties?: object } = route.params ?? {}
  return schema.properties ?? {}
}

test('path parameters are declared', () => {
  for (const route of routeList) {
    const named = [...route.path.matchAll(/:([a-z]+)/g)].map((match) => match[1])
    const declared = Object.keys(declaredParameters(route))
    assert.deepEqual(new Set(declared), new Set(named), route.operationId)
  }
})

test('OpenAPI describes every route once, with its refusals', () => {
  const document = buildOpenApi('1.2.3') as {
    openapi: string
    paths: Record<string, Record<string, { responses: object }>>
  }
  assert.equal(document.openapi, '3.1.0')
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
  assert.equal(operations.length, routeList.length)
  for (const operation of operations) assert.ok('default' in operation.responses)
})

test('a time is one that there is', () => {
  const pattern = new RegExp((Time as { pattern?: string }).pattern ?? '')
  const at = (day: string, time = '00:00:00.000'): boolean => pattern.test(`${day}T${time}Z`)
  for (const day of ['2024-02-29', '2000-02-29', '2026-12-31', '0001-01-01', '2026-04-30']) assert.ok(at(day), day)
  for (const day of ['0000-01-01', '2023-02-29', '1900-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00'])
    assert.ok(!at(day), day)
  for (const time of ['24:00:00.000', '12:60:00.000', '12:00:60.000']) assert.ok(!at('2026-01-01', time), time)
})
