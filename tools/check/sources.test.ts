/** Rules that hold for every line of the product, read from its sources; tests and their helpers are left out. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const isTest =
  /\.(test|browser|peers|long|page)\.ts$|\/testing\/|\/asvs\/|\/vectors\/|\/(test-|make-vectors|naive-)[^/]*$/
const files = globSync('packages/*/{src,bin}/**/*.{ts,tsx,mjs}', { cwd: root })
  .sort()
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !isTest.test(file))
const sources = new Map(files.map((file) => [file, readFileSync(root + file, 'utf8')]))

type Finding = string

/** `file:line: text` of every line that a pattern is on, comments left out. */
function find(pattern: RegExp, within = /./, texts: ReadonlyMap<string, string> = sources): Finding[] {
  return [...texts].flatMap(([file, text]) => {
    if (!within.test(file)) return []
    return text.split('\n').flatMap((line, index) => {
      const isComment = /^\s*(\/\/|\*|\/\*)/.test(line)
      return !isComment && pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : []
    })
  })
}

/** What dials out of either plane: docs/security-rules.md, "Who talks to whom", says where to. */
const outbound: readonly string[] = [
  'packages/control/src/authoriser/holders.ts',
  'packages/control/src/platform/database/migrate.ts',
  'packages/control/src/platform/database/pool.ts',
  'packages/control/src/platform/database/roles.ts',
  'packages/control/src/platform/mail-smtp.ts',
  'packages/control/src/platform/queue.ts',
  'packages/data/src/link/control-http.ts',
  'packages/data/src/link/pinned-tls.ts',
  'packages/data/src/link/socket.ts',
]

type Rule = {
  readonly id: string
  readonly rule: string
  readonly pattern: RegExp
  readonly within?: RegExp
  readonly planted: string
}

const rules: readonly Rule[] = [
  {
    id: 'V1.3.2, V1.3.7',
    rule: 'text is never run as code, and no template is made of it',
    pattern: /\beval\(|new Function\(|node:vm|set(Timeout|Interval)\(['"`]/,
    planted: 'const f = new Function(text)',
  },
  {
    id: 'V1.2.5',
    rule: 'no program is started through a shell with text in its command',
    pattern:
      /shell:\s*true|\b(execSync|execFile|execFileSync)\(|child_process'\)\.exec|import \{[^}]*\bexec\b[^}]*\} from 'node:child_process'/,
    planted: "spawn('ls', { shell: true })",
  },
  {
    id: 'V3.2.2, V1.2.1, V1.3.1',
    rule: 'the page never takes text as markup',
    pattern:
      /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|DOMParser|createContextualFragment/,
    within: /^packages\/web\//,
    planted: 'box.innerHTML = text',
  },
  {
    id: 'V11.3.1, V11.3.2, V11.3.3',
    rule: 'no cipher without authentication, no ECB, and no RSA padding of PKCS #1 v1.5',
    pattern:
      /aes-\d+-(cbc|ecb|ctr|cfb|ofb)|AES-(CBC|CTR)|RSA_PKCS1_PADDING|RSAES-PKCS1|createCipher\(|\brc4\b|\bdes-|3des/i,
    planted: "createCipheriv('aes-256-cbc', key, iv)",
  },
  {
    id: 'V11.4.1, V11.4.3',
    rule: 'no hash below 256 bits, and none that is broken',
    pattern: /['"](md4|md5|sha1|sha-1|ripemd\w*|sha224)['"]/i,
    planted: "createHash('md5')",
  },
  {
    id: 'V11.2.3',
    rule: 'no key below 128 bits of security: no RSA, DSA or finite-field group, no curve below 256 bits',
    pattern:
      /modulusLength|generateKeyPair(Sync)?\('(rsa|rsa-pss|dsa|dh)'|createDiffieHellman|secp(1\d\d|224)|sect\d|RSA-OAEP/i,
    planted: "generateKeyPairSync('rsa', { modulusLength: 2048 })",
  },
  {
    id: 'V1.5.2',
    rule: 'nothing is read back from text but JSON and formats of our own',
    pattern: /deserialize\(|\bunserialize\(|js-yaml|node-serialize/,
    planted: 'const value = deserialize(bytes)',
  },
  {
    id: 'V14.2.3, V3.7.1',
    rule: 'the page loads nothing from, and tells nothing to, another site',
    pattern: /['"`]https?:\/\/(?!…|localhost)[a-z0-9]|sendBeacon|googletagmanager|sentry/i,
    within: /^packages\/web\//,
    planted: "fetch('https://tracker.example/')",
  },
  {
    id: 'V15.3.2, V1.3.6',
    rule: 'no call of the page follows a redirect',
    pattern: /redirect:\s*'follow'/,
    planted: "fetch(path, { redirect: 'follow' })",
  },
  {
    id: 'V13.2.3, V6.3.2, V13.3.1',
    rule: 'no password, key or token stands in a source',
    pattern:
      /(password|secret|passphrase|apiKey)['"]?\s*[:=]\s*['"][A-Za-z0-9+/_-]{8,}['"]|-----BEGIN [A-Z ]*PRIVATE KEY|kh_(svc|ses)_[0-9A-Za-z]{43}/i,
    planted: "const password = 'correcthorse1'",
  },
]

for (const { id, rule, pattern, within, planted } of rules) {
  test(`${id}: ${rule}`, () => {
    assert.deepEqual(find(pattern, within), [])
    const example = new Map([['packages/web/src/planted.ts', planted]])
    assert.equal(find(pattern, within, example).length, 1, 'the rule sees a planted violation')
  })
}

test('V11.5.1: the guessable generator spreads pauses and nothing else', () => {
  const uses = find(/Math\.random/).map((finding) => finding.split(':')[0])
  assert.deepEqual(uses, ['packages/cli/src/session/connection.ts', 'packages/data/src/link/link.ts'])
})

test('V13.1.1, V13.2.4: these alone reach out: to PostgreSQL, the mail server, the control plane', () => {
  const opening =
    /(?<![#.\w])fetch\(|createTransport\(|new WebSocket\(|(?<!\.)\b(connect|createConnection|request)\(\{?|from 'node:(dgram|dns|http2)'|new (Pool|Client|ConnectionPool|PgBoss)\(/
  const callers = find(opening, /^packages\/(control|data|sealed)\//).map((finding) => finding.split(':')[0])
  assert.deepEqual([...new Set(callers)], outbound)
  const planted = new Map([['packages/control/src/planted.ts', "await fetch('https://elsewhere.example')"]])
  assert.equal(find(opening, /./, planted).length, 1, 'the rule sees a planted call')
})

test('V12.3.2, V12.3.4: who turns certificate checks off pins the key instead', () => {
  const unchecked = find(/rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity:/)
  const places = unchecked.map((finding) => finding.split(':')[0] as string)
  assert.deepEqual(places, ['packages/cli/src/session/pinned-socket.ts', 'packages/data/src/link/pinned-tls.ts'])
  for (const file of places) assert.match(sources.get(file) ?? '', /getPeerX509Certificate|getPeerCertificate/)
})

test('V1.2.9: text of others is in no regular expression but escaped or of word characters', () => {
  // Of the project's own patterns; the log's name is found by fixed ones.
  const known = [
    'name-in-engine.ts',
    'route-guard.ts',
    'sql-text.ts',
    'statement.ts',
    'work-folder.ts',
    'complete-sql.ts',
  ]
  const others = find(/new RegExp\(/).filter((finding) => !known.some((name) => finding.includes(`/${name}:`)))
  assert.deepEqual(others, [])
})

test('V14.3.3: the browser’s open storage holds a colour scheme, a project’s id and a switch', () => {
  const keys = find(
    /(localStorage|sessionStorage)\.\w+\(|localStorageColorSchemeManager\(|document\.cookie/,
    /^packages\/web\//,
  )
  // For the tab's life besides: the page to come back to from an identity provider, the shell that waits to be let in
  // (what its link says of it), and the anchor of an invitation's link. None of them opens anything.
  assert.equal(keys.length, 13, keys.join('\n'))
  for (const finding of keys)
    assert.match(finding, /keyhold-color-scheme|keyhold-project|sessionStorage\.(get|set|remove)Item\(key/)
  assert.match(sources.get('packages/web/src/app/sight.tsx') ?? '', /const key = 'keyhold-[a-z-]+'/)
})

test('V15.3.6: names that others choose are never keys of objects with a prototype', () => {
  const assigned = find(/\b(params|query|body|headers)\[[a-z]\w*\]\s*=[^=]/)
  assert.deepEqual(assigned, [])
  assert.match(sources.get('packages/control/src/platform/http/server.ts') ?? '', /onProtoPoisoning: 'error'/)
})

test('V3.5.5: messages come from workers of the page’s own only, never from another window', () => {
  const listeners = find(/addEventListener\('message'|\.onmessage/, /^packages\/web\//)
  const ours = /worker|started\.|target\.|port1\./
  assert.ok(listeners.length > 3)
  assert.deepEqual(
    listeners.filter((finding) => !ours.test(finding)),
    [],
  )
  assert.deepEqual(
    find(/window\.(addEventListener\('message'|opener|open\()|parent\.postMessage/, /^packages\/web\//),
    [],
  )
})

test('V6.2.6, V6.2.7: a password is typed into a field that hides it and lets managers and the clipboard fill it', () => {
  for (const [file, kind] of [
    ['packages/web/src/features/setup/password-field.tsx', 'new-password'],
    ['packages/web/src/features/sign-in/password-form.tsx', 'current-password'],
  ] as const) {
    const text = sources.get(file) ?? ''
    assert.match(text, /<PasswordInput/)
    assert.ok(text.includes(`autoComplete="${kind}"`))
  }
  assert.deepEqual(find(/onPaste|oncopy|onCopy/, /^packages\/web\/src\/features\/(setup|sign-in)\//), [])
})

test('V1.4.1, V1.3.8: all code of the product is in languages that manage memory, and nothing runs on Java', () => {
  const all = globSync('packages/*/{src,bin,migrations,build}/**/*.*', { cwd: root })
  const kinds = new Set(all.map((file) => file.slice(file.lastIndexOf('.') + 1)))
  assert.deepEqual([...kinds].sort(), ['css', 'json', 'md', 'mjs', 'sql', 'ts', 'tsx'])
})
