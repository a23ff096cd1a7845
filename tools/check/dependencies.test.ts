/** What is installed: from one registry, by checksum, listed with a reason; and what is not there at all. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
type Locked = {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
}
const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as { packages: Record<string, Locked> }
const installed = Object.entries(lock.packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && link !== true,
)
const names = [...new Set(installed.map(([path]) => path.split('node_modules/').at(-1) as string))]

type Manifest = { readonly dependencies?: Record<string, string>; readonly devDependencies?: Record<string, string> }
const manifests = globSync('{package.json,packages/*/package.json}', { cwd: root }).map(
  (file) => JSON.parse(readFileSync(root + file, 'utf8')) as Manifest,
)
const direct = manifests.flatMap(({ dependencies, devDependencies }) =>
  Object.entries({ ...dependencies, ...devDependencies }),
)

test('V15.1.2: every third-party package is locked with version and checksum', () => {
  assert.ok(installed.length > 100)
  for (const [path, { version, integrity }] of installed) {
    assert.match(version ?? '', /^\d+\.\d+\.\d+/, path)
    assert.match(integrity ?? '', /^sha512-/, path)
  }
})

test('V15.1.2, V15.2.1: every package that is asked for has an exact version and a row in the list of dependencies', () => {
  const list = readFileSync(`${root}docs/decisions/dependencies.md`, 'utf8')
  for (const [name, version] of direct) {
    assert.match(version, /^\d+\.\d+\.\d+/, name)
    // Packages of one family share a row, which names the family once.
    const [, last = name] = /^@codemirror\/(.+)$/.exec(name) ?? []
    if (!name.startsWith('@keyhold/'))
      assert.ok(
        list.includes(`${last}\``) || list.includes(`\`${last} ${version}`) || list.includes(`\`${last}\` ${version}`),
        `${name} is not listed`,
      )
  }
})

const absent: readonly (readonly [id: string, what: string, pattern: RegExp, example: string])[] = [
  ['V1.2.6', 'a directory (LDAP)', /ldap/, 'ldapjs'],
  [
    'V1.2.7, V1.5.1',
    'an XML parser with XPath, entities or style sheets',
    /xpath|xmldom|libxml|xslt|fast-xml|xml2js|\bsax\b/,
    'xpath',
  ],
  ['V1.2.8', 'LaTeX', /latex|katex|mathjax/, 'node-latex'],
  ['V1.3.7', 'a template engine', /handlebars|mustache|\bejs\b|\bpug\b|nunjucks|liquidjs/, 'handlebars'],
  ['V1.3.9', 'a cache server', /memcache|redis/, 'memcached'],
  ['V4.3.1, V4.3.2', 'GraphQL', /graphql|apollo/, 'graphql'],
  ['V6.8.3', 'SAML', /saml/, '@node-saml/node-saml'],
  ['V6.6.1', 'telephony', /twilio|vonage|nexmo|plivo/, 'twilio'],
  [
    'V17.1.1 to V17.3.2',
    'WebRTC, TURN or a media server',
    /webrtc|(^|\/|-)turn(-|$)|mediasoup|simple-peer|wrtc|peerjs/,
    'mediasoup',
  ],
]

/** What would be there too if somebody wrote it by hand; comments and tests left out. */
const sources = globSync('packages/*/{src,bin}/**/*.{ts,tsx,mjs}', { cwd: root })
  .filter((file) => !/\.(test|browser|peers|long)\.ts$|\/testing\/|\/asvs\//.test(file))
  .map((file) => ({ file, code: readFileSync(root + file, 'utf8').replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '') }))

for (const [id, what, pattern, example] of absent) {
  test(`${id}: there is no ${what} in the product, so nothing of it can be attacked`, () => {
    assert.deepEqual(
      names.filter((name) => pattern.test(name)),
      [],
    )
    const written = new RegExp(pattern, 'i')
    assert.deepEqual(
      sources.filter(({ code }) => written.test(code)).map(({ file }) => file),
      [],
    )
    assert.match(example, pattern)
  })
}

test('V17.1.1 to V17.3.2: no page asks for a peer connection', () => {
  for (const file of globSync('packages/web/src/**/*.{ts,tsx}', { cwd: root })) {
    assert.doesNotMatch(readFileSync(root + file, 'utf8'), /RTCPeerConnection|RTCDataChannel/, file)
  }
})
