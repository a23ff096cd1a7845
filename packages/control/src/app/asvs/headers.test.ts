/** ASVS chapters 3, 4 and 14: what every answer carries, whatever was asked. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routeList } from '@keyhold/contract'
import { useControl, type Ask, type Got, type OpenControl } from './use-control.ts'

let open: OpenControl
useControl('web', (started) => (open = started))

const json = { 'content-type': 'application/json' }
/** One of each kind that there is. */
const kinds: Readonly<Record<string, readonly [path: string, ask?: Ask]>> = {
  page: ['/', { headers: { accept: 'text/html' } }],
  'page of the app': ['/projects/x', { headers: { accept: 'text/html' } }],
  script: ['/assets/index-1.js'],
  style: ['/assets/index-1.css'],
  picture: ['/mark.svg'],
  sample: ['/samples/airports.csv'],
  description: ['/openapi.json'],
  certificate: ['/authority.pem'],
  'revoked certificates': ['/authority.crl'],
  answer: ['/v1/health'],
  'answer to HEAD': ['/v1/projects/x/uploads/y/content', { method: 'HEAD' }],
  refusal: ['/v1/me'],
  'refused sign-in': ['/v1/sessions', { method: 'POST', headers: json, body: '{"email":"a@b.c","password":"x"}' }],
  'malformed body': ['/v1/sessions', { method: 'POST', headers: json, body: '{' }],
  'nothing there': ['/v1/nothing'],
  'other method': ['/v1/health', { method: 'DELETE' }],
  'malformed address': ['/%zz'],
  'long address': [`/v1/tokens/${'x'.repeat(200)}`, { method: 'DELETE' }],
  'long header': ['/v1/health', { headers: { x: 'y'.repeat(20_000) } }],
  expectation: ['/v1/health', { headers: { expect: 'wonders' } }],
}

async function askAll(more: Readonly<Record<string, string>> = {}): Promise<Map<string, Got>> {
  const answers = new Map<string, Got>()
  for (const [kind, [path, ask = {}]] of Object.entries(kinds)) {
    answers.set(kind, await open.get(path, { ...ask, headers: { ...ask.headers, ...more } }))
  }
  return answers
}

test('V3.4.4, V3.4.5, V3.4.6: every kind of answer forbids sniffing, referrers and frames', async () => {
  for (const [kind, { headers }] of await askAll()) {
    assert.equal(headers['x-content-type-options'], 'nosniff', kind)
    assert.equal(headers['referrer-policy'], 'no-referrer', kind)
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, kind)
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin', kind)
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin', kind)
  }
})

test('V3.4.3, V3.2.1: every kind of answer has a policy with base-uri and no objects; outside the app nothing runs', async () => {
  for (const [kind, { headers }] of await askAll()) {
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /default-src 'none'/, kind)
    assert.match(policy, /base-uri 'none'/, kind)
    assert.doesNotMatch(policy, /object-src|unsafe-inline|'unsafe-eval'|\*/, kind)
    if (!['page', 'page of the app', 'script'].includes(kind)) assert.doesNotMatch(policy, /script-src/, kind)
  }
})

test('V3.4.1: under a name of its own every readable request’s answer demands TLS for two years, subdomains included', async () => {
  for (const [kind, { headers }] of await askAll({ host: 'keyhold.example' })) {
    // What could not be read has no host that anyone could be told of.
    if (kind === 'long header') continue
    assert.equal(headers['strict-transport-security'], 'max-age=63072000; includeSubDomains', kind)
  }
})

test('V3.4.2, V3.5.2: no answer permits another origin, and a preflight is refused', async () => {
  const foreign = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
  const answers = await askAll(foreign)
  answers.set('preflight', await open.get('/v1/sessions', { method: 'OPTIONS', headers: foreign }))
  for (const [kind, { headers }] of answers) {
    assert.deepEqual(
      Object.keys(headers).filter((name) => name.startsWith('access-control-')),
      [],
      kind,
    )
  }
  assert.equal(answers.get('preflight')?.status, 405)
})

test('V4.1.1, V5.3.1: each body has the type that it is, text with its encoding', async () => {
  const types: Readonly<Record<string, string>> = {
    page: 'text/html; charset=utf-8',
    'page of the app': 'text/html; charset=utf-8',
    script: 'text/javascript; charset=utf-8',
    style: 'text/css; charset=utf-8',
    picture: 'image/svg+xml; charset=utf-8',
    sample: 'text/csv; charset=utf-8',
    description: 'application/json; charset=utf-8',
    certificate: 'application/x-pem-file',
    'revoked certificates': 'application/pkix-crl',
    answer: 'application/json; charset=utf-8',
  }
  for (const [kind, { status, headers }] of await askAll()) {
    assert.equal(headers['content-type'], types[kind] ?? 'application/problem+json', `${kind} ${status}`)
  }
})

test('V14.3.2, V14.2.2: what the API answers, and every refusal, is stored nowhere', async () => {
  const kept = ['script', 'style', 'picture', 'sample']
  for (const [kind, { headers }] of await askAll()) {
    if (kept.includes(kind)) continue
    assert.equal(headers['cache-control'], 'no-store', kind)
  }
})

test('V13.4.5, V15.2.3: no answer tells which software made it', async () => {
  for (const [kind, { headers }] of await askAll()) {
    for (const name of ['server', 'x-powered-by', 'via', 'x-runtime']) assert.equal(headers[name], undefined, kind)
  }
})

test('V3.3.1, V3.3.2, V3.3.3, V3.3.4: refused sign-ins set no cookie, and scripts can set none that counts', async () => {
  for (const [kind, { headers }] of await askAll()) assert.equal(headers['set-cookie'], undefined, kind)
  for (const cookie of ['keyhold=x', '__Secure-keyhold=x', '__host-keyhold=x']) {
    assert.equal((await open.get('/v1/me', { headers: { cookie } })).status, 401)
  }
})

test('V13.4.1, V13.4.2, V13.4.3: neither source control, debugging, listings nor files beside the app are served', async () => {
  const paths = [
    '/.git/config',
    '/.git/HEAD',
    '/.svn/entries',
    '/.env',
    '/package.json',
    '/src/main.ts',
    '/assets/',
    '/samples/',
  ]
  const more = [
    '/debug',
    '/metrics',
    '/admin',
    '/server-status',
    '/actuator/env',
    '/__inspect',
    '/node_modules/',
    '/swagger',
  ]
  for (const path of [...paths, ...more, '/assets', '/assets/index-1.js.map', '/index.html.bak']) {
    const { status, body } = await open.get(path)
    assert.equal(status, 404, path)
    assert.match(body.toString(), /"http.not_found"/, path)
  }
})

/** Names of a schema's fields, at any depth. */
function listFields(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties } = schema as { properties?: Record<string, unknown> }
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap((inner: unknown) => listFields(inner))]
}

test('V10.4.1, V10.6.1, V10.7.1: there is no authorization server, OpenID provider or dynamic client here', async () => {
  const places = [
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/oauth/authorize',
    '/authorize',
  ]
  for (const path of [
    ...places,
    '/oauth/token',
    '/token',
    '/register',
    '/userinfo',
    '/introspect',
    '/revoke',
    '/logout',
  ]) {
    for (const method of ['GET', 'POST']) {
      const { status } = await open.get(path, { method })
      assert.ok(status === 404 || status === 405, `${method} ${path}: ${status}`)
    }
  }
  const served =
    /^(client_?(id|secret)|redirect_?uri|grant_?type|response_?type|code_?(challenge|verifier)|refresh_?token)$/i
  // By these an organisation's leaders enter what Keyhold is a client with, elsewhere.
  const asClient = ['saveIdentityProvider']
  const routes = routeList.filter(({ operationId }) => !asClient.includes(operationId))
  const taken = routes.flatMap(({ operationId, query, body }) =>
    [query, body].flatMap((schema) => listFields(schema).map((name) => ({ operationId, name }))),
  )
  assert.ok(taken.length > 100)
  assert.deepEqual(
    taken.filter(({ name }) => served.test(name)),
    [],
    'a request of OAuth’s has come in: show V10.4, V10.6 and V10.7 by tests of it',
  )
})
