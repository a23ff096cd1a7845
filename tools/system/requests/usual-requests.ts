/** One request of every route as the contract describes it: what is tried first, so that each is called rightly once. */
import type { Route } from '@keyhold/contract'
import * as fc from 'fast-check'
import { fitSchema, type Schema } from './fit-schema.ts'
import type { GeneratedRequest, KnownIds } from './generate-request.ts'

/** Reads first: what is read is still there then. The same seed gives the same requests. */
export function listUsualRequests(routes: readonly Route[], known: KnownIds, seed: number): GeneratedRequest[] {
  const reads = routes.filter(({ method }) => method === 'GET')
  const others = routes.filter(({ method }) => method !== 'GET')
  return [...reads, ...others].map((route) => describeUsual(route, known, seed))
}

/** Reads that nothing stands in the way of: of anyone or the owner, and of things that are there. */
export function listCertainReads(routes: readonly Route[], known: KnownIds): string[] {
  return routes
    .filter(({ method, access, path }) => method === 'GET' && access.kind !== 'dataPlane' && path !== '/v1/link')
    .filter(({ params, query }) => namesKnown(params, known) && !hasRequired(query))
    .map(({ operationId }) => operationId)
}

const namesKnown = (params: unknown, known: KnownIds) =>
  Object.keys(readProperties(params)).every((name) => known[name] !== undefined)
const readProperties = (schema: unknown) => (schema as Schema | undefined)?.properties ?? {}
const writeText = (value: unknown) => (typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value))
const hasRequired = (query: unknown) => ((query as Schema | undefined)?.required ?? []).length > 0

function describeUsual(route: Route, known: KnownIds, seed: number): GeneratedRequest {
  const { operationId, method, path, params, query, body, access } = route
  const pick = (schema: Schema) => fc.sample(fitSchema(schema), { numRuns: 1, seed })[0]
  const fields = readProperties(params)
  const filled = path.replaceAll(/:([a-z]+)/gi, (_all, name: string) =>
    encodeURIComponent(known[name] ?? writeText(pick(fields[name] ?? {}))),
  )
  const { properties: asked = {}, required = [] } = (query ?? {}) as unknown as Schema
  const pairs = required.map((name) => `${name}=${encodeURIComponent(writeText(pick(asked[name] ?? {})))}`)
  const sent = body === undefined ? undefined : 'bytes' in body ? Buffer.alloc(16) : writeBody(body, known, pick)
  const type = body === undefined ? [] : [['content-type', 'bytes' in body ? body.bytes : 'application/json'] as const]
  return {
    operation: operationId,
    // Ending its own session would make all that follows a stranger's.
    as: access.kind === 'public' ? 'nobody' : operationId === 'signOut' ? 'token' : 'owner',
    method,
    target: pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`,
    headers: type,
    body: sent,
  }
}

function writeBody(schema: unknown, known: KnownIds, pick: (schema: Schema) => unknown): Buffer {
  const fields = Object.entries(pick(schema as Schema) as Record<string, unknown>)
  return Buffer.from(JSON.stringify(Object.fromEntries(fields.map(([name, value]) => [name, known[name] ?? value]))))
}
