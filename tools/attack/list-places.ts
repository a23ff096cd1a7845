/**
 * Where scanners write: every parameter, query and JSON field of every route of the contract, by a caller whom the route
 * takes. New routes come in by themselves; nobody keeps a list.
 */
import { routeList, type Route } from '@keyhold/contract'
import * as fc from 'fast-check'
import { fitSchema, type Schema } from '../system/requests/fit-schema.ts'
import type { Target } from './target.ts'

export type Place = {
  readonly operation: string
  readonly method: string
  /** With `*` behind each value that the scanner may change; so in the body. */
  readonly path: string
  readonly body: string | undefined
  readonly as: 'owner' | 'nobody'
}

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }

/** Bodies of bytes have no fields, and the link's own routes take only whoever has the data plane's key. */
export function listPlaces(known: Target['known'], routes: readonly Route[] = routeList): Place[] {
  return routes
    .filter(({ access }) => access.kind !== 'dataPlane')
    .map((route) => describePlace(route, known))
    .filter(({ path, body }) => `${path}${body ?? ''}`.includes('*'))
}

function describePlace(route: Route, known: Target['known']): Place {
  const { operationId, method, path, params, query, access } = route
  const fields = readProperties(params)
  const filled = path.replaceAll(/:([a-z]+)/gi, (_all, name: string) => {
    return `${encodeURIComponent(known[name] ?? makeText(fields[name] ?? {}))}*`
  })
  const asked = Object.entries(readProperties(query)).map(([name, schema]) =>
    // Waiting for news would take the scanner's time.
    name === 'wait' ? 'wait=0*' : `${name}=${encodeURIComponent(makeText(schema))}*`,
  )
  return {
    operation: operationId,
    method,
    path: asked.length === 0 ? filled : `${filled}?${asked.join('&')}`,
    body: describeBody(route, known),
    as: access.kind === 'public' ? 'nobody' : 'owner',
  }
}

/** Only what must be there: a proof of work or a passkey that is wrong would be refused before anything else is looked at. */
function describeBody({ body }: Route, known: Target['known']): string | undefined {
  if (body === undefined || 'bytes' in body) return undefined
  const { properties = {}, required = [] } = body as unknown as Schema
  const fields = Object.entries(properties)
    .filter(([name]) => required.includes(name))
    .map(([name, schema]) => [name, pickKnown(schema, known[name]) ?? makeValue(schema)] as const)
  return JSON.stringify(markTexts(Object.fromEntries(fields)))
}

/** A table is named by its id in an upload, by its name where it is made. */
function pickKnown({ pattern, type }: Schema, id: string | undefined): string | undefined {
  return id !== undefined && type === 'string' && (pattern === undefined || new RegExp(pattern).test(id))
    ? id
    : undefined
}

function readProperties(schema: unknown): Readonly<Record<string, Schema>> {
  return (schema as Schema | undefined)?.properties ?? {}
}

/** A plain value that the schema takes, the same each time; lists have something in them. */
function makeValue(schema: Schema): Value {
  const [value] = fc.sample(fitSchema(schema).filter(isPlain), { numRuns: 1, seed: 1 })
  return value as Value
}

function makeText(schema: Schema): string {
  const value = makeValue(schema)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isPlain(value: unknown): boolean {
  const text = JSON.stringify(value)
  return /^[\x20-\x7e]+$/.test(text) && !/[*%?&=\\]/.test(text) && text !== '[]' && text !== '""'
}

/** Numbers and lists too are changed by way of the texts in them: what is no text is refused by its type. */
function markTexts(value: Value): Value {
  if (typeof value === 'string') return `${value}*`
  if (Array.isArray(value)) return value.map(markTexts)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, markTexts(inner)]))
}
