/** Requests of every route of the contract: as it describes them, with one thing wrong, and hostile throughout. */
import { randomUUIDv7 } from 'node:crypto'
import type { Route } from '@keyhold/contract'
import * as fc from 'fast-check'
import { contentTypes, hostileBody, hostileHeaders, hostileSegments, hostileText, hostileValue } from './hostile.ts'
import { fitSchema, type Schema } from './fit-schema.ts'

const callers = ['nobody', 'owner', 'token'] as const
type Caller = (typeof callers)[number]

export type GeneratedRequest = {
  readonly operation: string
  readonly as: Caller
  readonly method: string
  /** As it stands in the request line. */
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer | undefined
}

/** Ids that exist, by the parameter that names them. */
export type KnownIds = Readonly<Record<string, string>>

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH'] as const
/** Node's client refuses to send these in a request line. */
const unsendable = /[^\x21-\x7e]/g

/** Any request to any of the routes, or to no route at all. */
export function generateRequest(routes: readonly Route[], known: KnownIds): fc.Arbitrary<GeneratedRequest> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...routes).chain((route) => generateForRoute(route, known)) },
    { weight: 1, arbitrary: generateAnywhere() },
  )
}

function generateForRoute(route: Route, known: KnownIds): fc.Arbitrary<GeneratedRequest> {
  return fc
    .record({
      // Ending its own session would make all that follows a stranger's.
      as:
        route.operationId === 'signOut'
          ? fc.constantFrom('nobody' as const, 'token' as const)
          : fc.constantFrom(...callers),
      method: mostly(fc.constant<string>(route.method), fc.constantFrom(...methods)),
      path: generatePath(route, known),
      query: generateQuery(route),
      headers: generateHeaders(),
      type: mostly(fc.constant(bodyType(route)), fc.option(fc.constantFrom(...contentTypes), { nil: undefined })),
      body: generateBody(route, known),
    })
    .filter(
      ({ method, path }) =>
        !(method === 'DELETE' && path === '/v1/sessions/current') || route.operationId === 'signOut',
    )
    .map(({ as, method, path, query, headers, type, body }) => ({
      operation: route.operationId,
      as,
      method,
      target: (path + query).replaceAll(unsendable, encodeURIComponent),
      headers: type === undefined || body === undefined ? headers : [...headers, ['content-type', type] as const],
      body,
    }))
}

/** The first four times of five, the second the fifth. */
function mostly<A, B>(usual: fc.Arbitrary<A>, rare: fc.Arbitrary<B>): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: rare })
}

function readProperties(schema: unknown): Readonly<Record<string, Schema>> {
  return (schema as Schema | undefined)?.properties ?? {}
}

function bodyType({ body }: Route): string | undefined {
  if (body === undefined) return undefined
  return 'bytes' in body ? body.bytes : 'application/json'
}

function generatePath({ path, params }: Route, known: KnownIds): fc.Arbitrary<string> {
  const schemas = readProperties(params)
  const parts = path.split('/').map((part) => {
    if (!part.startsWith(':')) return fc.constant(part)
    const name = part.slice(1)
    const valid = known[name] === undefined ? fitSchema(schemas[name] ?? {}) : fc.constant(known[name])
    const strange = fc.oneof(
      fc.constant(randomUUIDv7()),
      fc.constantFrom(...hostileSegments),
      hostileText.map((text) => encodeURIComponent(text.toWellFormed())),
    )
    return mostly(valid, strange)
  })
  const plain = fc.tuple(...parts).map((list) => list.join('/'))
  const tricks = fc.tuple(plain, fc.constantFrom(...hostileSegments), fc.nat(8)).map(([whole, trick, place]) =>
    whole
      .split('/')
      .toSpliced(place + 1, 0, trick)
      .join('/'),
  )
  const bent = plain.chain((whole) =>
    fc.constantFrom(`${whole}/`, `/${whole}`, whole.toUpperCase(), `${whole}#x`, `${whole}.json`),
  )
  return fc.oneof({ weight: 8, arbitrary: plain }, { weight: 1, arbitrary: tricks }, { weight: 1, arbitrary: bent })
}

function generateQuery({ query }: Route): fc.Arbitrary<string> {
  const properties = readProperties(query)
  const pairs = Object.entries(properties).map(([name, schema]) => {
    const valid = fitSchema(schema).map(String)
    // Waiting for news is a feature, and would take this test's time.
    const value = name === 'wait' ? fc.constantFrom('0', '1', '-1', '31', 'x', '1e1') : mostly(valid, hostileText)
    return fc.option(
      value.map((text) => `${name}=${encodeURIComponent(text.toWellFormed())}`),
      { nil: undefined },
    )
  })
  const usual = fc.tuple(...pairs).map((list) => list.filter((pair) => pair !== undefined).join('&'))
  const strange = fc.constantFrom(
    'a',
    '=',
    '&&',
    'limit=1&limit=2',
    'limit[]=1',
    'limit[$gt]=',
    '%',
    '%zz=1',
    '__proto__[x]=1',
    '?',
  )
  return mostly(usual, strange).map((text) => (text === '' ? '' : `?${text}`))
}

function generateHeaders(): fc.Arbitrary<readonly (readonly [string, string])[]> {
  return mostly(fc.constant([]), fc.uniqueArray(fc.constantFrom(...hostileHeaders), { minLength: 1, maxLength: 4 }))
}

function generateBody({ body }: Route, known: KnownIds): fc.Arbitrary<Buffer | undefined> {
  if (body === undefined) return mostly(fc.constant(undefined), hostileBody)
  if ('bytes' in body) return hostileBody
  const schema = body as unknown as Schema
  const valid = fitSchema(schema).chain((value) => placeKnown(value, known))
  const wrong = valid.chain((value) => spoil(value as Record<string, unknown>, Object.keys(readProperties(schema))))
  return fc.oneof(
    { weight: 3, arbitrary: valid.map(writeJson) },
    { weight: 4, arbitrary: wrong.map(writeJson) },
    { weight: 2, arbitrary: hostileBody },
  )
}

/** Half of the times ids of things that are there. */
function placeKnown(value: unknown, known: KnownIds): fc.Arbitrary<unknown> {
  const fields = Object.entries(value as Record<string, unknown>)
  return fc.boolean().map((place) => {
    if (!place) return value
    return Object.fromEntries(fields.map(([name, given]) => [name, known[name] ?? given]))
  })
}

/** One field hostile, missing, or too many. */
function spoil(value: Record<string, unknown>, names: readonly string[]): fc.Arbitrary<unknown> {
  const name = fc.constantFrom(...names, 'admin')
  return fc.tuple(name, hostileValue, fc.boolean()).map(([field, strange, drop]) => {
    const { [field]: _dropped, ...rest } = value
    return drop ? rest : { ...rest, [field]: strange }
  })
}

const writeJson = (value: unknown) => Buffer.from(JSON.stringify(value))

function generateAnywhere(): fc.Arbitrary<GeneratedRequest> {
  const place = fc.constantFrom(
    '/',
    '/v1',
    '/v1/',
    '/assets/',
    '/samples/',
    '/openapi.json',
    '/authority.pem',
    '/authority.crl',
    '/setup',
    '/.git/config',
  )
  return fc
    .record({
      as: fc.constantFrom(...callers),
      method: fc.constantFrom(...methods),
      place,
      more: fc.array(fc.constantFrom(...hostileSegments), { maxLength: 3 }),
      headers: generateHeaders(),
      body: fc.option(hostileBody, { nil: undefined }),
    })
    .map(({ place, more, ...rest }) => ({ operation: '(none)', target: [place, ...more].join('/'), ...rest }))
}
