import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyone, member, routeList, type Route } from '@keyhold/contract'
import Fastify from 'fastify'
import { findRouteFault, guardRoutes } from './route-guard.ts'

const good: Route = {
  operationId: 'readThing',
  method: 'GET',
  path: '/v1/thing',
  summary: 'A thing',
  access: member('data.read', 'any'),
  audit: { action: 'thing.read', kind: 'read' },
  response: { status: 200 },
}

test('CLU-07: every route of the contract says who may call it and what its entry is called', () => {
  const faults = routeList.map((route) => [route.operationId, findRouteFault({ url: route.path, config: { route } })])
  assert.deepEqual(
    faults.filter(([, fault]) => fault !== undefined),
    [],
  )
})

test('CLU-07: the guard finds each fault that it exists for', () => {
  const find = (url: string, config: object) => findRouteFault({ url, config })
  const without = (name: keyof Route) => ({ route: { ...good, [name]: undefined } })
  assert.equal(find('/v1/thing', { route: good }), undefined)
  assert.equal(find('/about', { page: true }), undefined)
  assert.match(find('/v1/thing', {}) ?? '', /not from the contract/)
  assert.match(find('/v1/thing', without('operationId')) ?? '', /operationId/)
  assert.match(find('/v1/thing', without('access')) ?? '', /access rule/)
  assert.match(find('/v1/thing', without('audit')) ?? '', /audit action/)
  assert.match(find('/v1/thing', { page: true }) ?? '', /cannot be under \/v1/)
  const silent = { ...good, audit: { action: 'x', kind: 'none' } }
  assert.match(find('/v1/thing', { route: silent }) ?? '', /only public/)
  assert.equal(find('/v1/thing', { route: { ...silent, access: anyone } }), undefined)
})

test('CLU-07: a server with an unguarded route does not start', () => {
  const app = Fastify()
  guardRoutes(app)
  assert.throws(() => app.get('/v1/side-door', () => 'open'), /side-door: the route is not from the contract/)
})
