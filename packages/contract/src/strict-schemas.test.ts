/** What the contract lets in and out: nothing that it does not name, and nothing without a bound. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routeList } from './routes.ts'

type Schema = {
  readonly type?: string
  readonly additionalProperties?: unknown
  readonly patternProperties?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly maxLength?: number
  readonly maximum?: number
  readonly maxItems?: number
}

type Place = readonly [place: string, schema: Schema]

function walk(place: string, schema: Schema): Place[] {
  const below = [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => walk(`${place}.${name}`, child)),
    ...(schema.items ? walk(`${place}[]`, schema.items) : []),
    ...(schema.anyOf ?? []).flatMap((child) => walk(place, child)),
  ]
  return [[place, schema], ...below]
}

const isJson = (schema: unknown): schema is Schema => schema !== undefined && !('bytes' in (schema as object))
const taken = routeList.flatMap(({ operationId, params, query, body }) =>
  [params, query, body].filter(isJson).flatMap((schema) => walk(operationId, schema)),
)
const given = routeList.flatMap(({ operationId, response }) =>
  isJson(response.body) ? walk(operationId, response.body) : [],
)

test('V15.3.3, V8.1.2: no request takes a field that its route does not name', () => {
  const open = taken.filter(([, { type, additionalProperties }]) => type === 'object' && additionalProperties !== false)
  assert.ok(taken.length > 50)
  assert.deepEqual(
    open.map(([place]) => place),
    [],
  )
})

test('V15.3.1, V8.2.3: no answer gives a field that its route does not name, but rows of the operator’s view', () => {
  const open = given.filter(([, { type, additionalProperties }]) => type === 'object' && additionalProperties !== false)
  const places = new Set(open.map(([place]) => place.split('.')[0] ?? place))
  assert.deepEqual([...places].sort(), ['readOperatorRows', 'readOperatorView'])
})

test('V2.2.1, V1.4.2: each text, number and list that is sent has a form or a bound', () => {
  const unbound = taken.filter(([, schema]) => {
    if (schema.const !== undefined || schema.enum) return false
    if (schema.type === 'string') return schema.pattern === undefined && schema.maxLength === undefined
    if (schema.type === 'array') return schema.maxItems === undefined
    return false
  })
  assert.deepEqual(
    unbound.map(([place]) => place),
    [],
  )
})

test('V14.2.1: nothing secret is in any address: neither parameters nor queries have a field for it', () => {
  const names = routeList.flatMap(({ params, query }) =>
    [params, query].filter(isJson).flatMap((schema) => Object.keys(schema.properties ?? {})),
  )
  // Sessions and passkeys are named by their ids.
  for (const name of names.filter((each) => each !== 'session' && each !== 'passkey'))
    assert.doesNotMatch(name, /secret|password|session|email|key|bearer|signature|sql/i)
})

test('V3.5.3: what changes something is never asked for by GET or HEAD', () => {
  const changing = routeList.filter(
    ({ method, audit }) => audit.kind === 'change' && (method === 'GET' || method === 'HEAD'),
  )
  // Exports are recorded as durably as changes, and the link’s GET opens a WebSocket for data planes only.
  const recorded = ['exportEntries', 'exportInstallationLog', 'exportLog', 'exportMyData', 'openLink', 'readCiphertext']
  assert.deepEqual(changing.map(({ operationId }) => operationId).sort(), recorded)
})

test('V6.4.2: no request has a hint or a question that would stand in for a password', () => {
  assert.deepEqual(
    // What a passkey answers is signed by it.
    taken
      .map(([place]) => place)
      .filter((place) =>
        /hint|question|(?<!proof\.|addPasskey\.|OperatorPasskey\.|Operator\.)answer|birth|maiden/i.test(place),
      ),
    [],
  )
})

test('V3.5.4: what the API gives is JSON, ciphertext or the log, and nothing that a browser would show as a page', () => {
  const bytes = routeList.flatMap(({ response: { body } }) => (body && 'bytes' in body ? [body.bytes] : []))
  const plain = [
    'application/json',
    'application/octet-stream',
    'application/scim+json',
    'application/vnd.keyhold.sealed',
    'application/x-ndjson',
  ]
  assert.deepEqual([...new Set(bytes)].sort(), plain)
})

test('V7.5.1, V7.5.2: what changes how one signs in, ends sessions or the account asks for a fresh proof', () => {
  /** Of changes to oneself these ask for none, or for the password in their own way. */
  const without = ['signOut', 'beginStepUp', 'stepUp', 'changePassword', 'giveConsent']
  // The proof itself, by the provider; and the end of what was begun with one.
  without.push('beginProviderStepUp', 'finishOwnSingleSignOn')
  const own = routeList.filter(
    ({ access, audit }) => access.kind === 'member' && access.action === 'self.use' && audit.kind === 'change',
  )
  const unasked = own.filter(({ access }) => !('sudo' in access)).map(({ operationId }) => operationId)
  assert.deepEqual(unasked.sort(), without.sort())
  assert.ok(own.length > unasked.length + 8)
})
