/** The security rules are written down, and the numbers in them are those of the code. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { routeList } from '@keyhold/contract'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')
const rules = read('docs/security-rules.md')
const control = 'packages/control/src/'

function readSection(title: string): string {
  const start = rules.indexOf(`\n## ${title}\n`)
  assert.ok(start >= 0, `no section "${title}"`)
  const end = rules.indexOf('\n## ', start + 4)
  return rules.slice(start, end < 0 ? undefined : end)
}

/** What the document says, and the line of code that makes it so. */
type Fact = readonly [words: string, file: string, code: string]
type Documented = { readonly title: string; readonly section: string; readonly facts: readonly Fact[] }

const documented: readonly Documented[] = [
  {
    title:
      'V2.1.1: the API’s description states a form for all that is sent, and the rules say what becomes of the rest',
    section: 'What input must look like',
    facts: [
      ['Unknown fields', `${control}platform/http/validation.ts`, 'removeAdditional: false'],
      ['`openapi.json`', 'docs/openapi.json', '"additionalProperties": false'],
    ],
  },
  {
    title: 'V2.1.2: rules that bind fields together are written down',
    section: 'What input must look like',
    facts: [
      [
        "an upload's header and segments fit its length",
        `${control}modules/uploads/create-upload.ts`,
        'upload.invalid_geometry',
      ],
      [
        'endorsement names the same id, project, scopes and end',
        `${control}modules/tokens/check-endorsement.ts`,
        'scopes',
      ],
    ],
  },
  {
    title: 'V2.1.3: limits are written down as they are',
    section: 'Limits',
    facts: [
      [
        '2 MiB, within 30 s',
        `${control}platform/http/server.ts`,
        'jsonLimit = 2 * 1024 * 1024\nconst jsonPatience = 30_000',
      ],
      ['16 KiB, within 15 s', `${control}platform/http/listener.ts`, 'headersTimeout: 15_000'],
      ['4 MiB', `${control}modules/requests/send-request.ts`, 'requestLimit = 4 << 20'],
      ['256 waiting a project', `${control}modules/requests/waiting-requests.ts`, 'mostPerProject = 256'],
      ['1 TiB', `${control}app/modules.ts`, 'longestUpload = 2 ** 40'],
      ['within 7 days', `${control}modules/uploads/create-upload.ts`, 'uploadLife = 7 * 24 * 3600_000'],
      ['1,000 and 10,000', `${control}modules/catalogue/table-store.ts`, 'mostTables = 10_000'],
      ['1,000 and 10,000', `${control}modules/projects/create-project.ts`, 'mostProjects = 1000'],
      ['10,000 and 256 KiB', 'packages/contract/src/operations/documents.ts', 'documentBodyLimit = 256 << 10'],
      ['365 days', `${control}modules/tokens/create-token.ts`, 'longestLife = 365 * 24 * 3600_000'],
      ['15 minutes', `${control}modules/link/enrol.ts`, 'enrolmentLife = 15 * 60_000'],
    ],
  },
  {
    title: 'V5.1.1: what may be uploaded is written down, with sizes packed and unpacked',
    section: 'What may be uploaded',
    facts: [
      ['20,000 parts', 'packages/data/src/engine/sheet/archive.ts', 'mostEntries = 20_000'],
      ['10,000 sheets', 'packages/data/src/engine/sheet/workbook.ts', 'mostSheets = 10_000'],
      ['at most 8 MiB', 'packages/data/src/engine/record-cutter.ts', 'maxRecordBytes = 8 << 20'],
    ],
  },
  {
    title: 'V6.1.1: how guessing is slowed is written down, and that nobody is locked out',
    section: 'Guessing',
    facts: [
      ['ten wrong sign-ins', `${control}modules/people/attempts.ts`, 'freeAttempts = 10'],
      ['in five minutes', `${control}modules/people/attempts.ts`, 'const window = 5 * 60_000'],
      ['/24 of IPv4, /64 of IPv6', `${control}modules/people/attempts.ts`, '/24 of IPv4, /64 of IPv6'],
      ['Sixty refused calls a minute', `${control}app/control.ts`, 'failuresInAMinute = 60'],
      ['64 wait', `${control}modules/people/password-hash.ts`, 'mostWaiting = 64'],
    ],
  },
  {
    title: 'V6.1.2: words that no password may be made of are written down',
    section: 'Passwords',
    facts: [
      [
        'password, passwort, qwerty, letmein',
        `${control}modules/people/check-password.ts`,
        'password|passwort|qwerty|letmein',
      ],
      ['at least five different characters', `${control}modules/people/check-password.ts`, 'fewestDifferent = 5'],
    ],
  },
  {
    title: 'V7.1.1, V7.1.2: how long and how many sessions live is written down',
    section: 'Sessions',
    facts: [
      ['12 hours without use', `${control}modules/people/policy.ts`, 'idleMinutes: 12 * 60'],
      ['after 7 days', `${control}modules/people/policy.ts`, 'longestMinutes: 7 * 24 * 60'],
      ['at most 50', `${control}modules/people/sessions.ts`, 'mostSessions = 50'],
    ],
  },
  {
    title: 'V7.1.3: how sessions of single sign-on end, and when the provider is asked again, is written down',
    section: 'Sessions',
    facts: [
      ['within the last ten minutes', `${control}modules/people/sessions.ts`, 'sudoLife = 10 * minute'],
      ['`max_age=0`', `${control}modules/single-sign-on/begin.ts`, "max_age: '0'"],
      ['a password long ago', `${control}modules/single-sign-on/sign-in.ts`, 'account.signedIn ?? new Date(0)'],
      ['all other sessions end', `${control}modules/single-sign-on/policy.ts`, 'endAllSessionsBut(tx, session)'],
    ],
  },
  {
    title: 'V8.1.1: who may do what is written down as a table that the server decides by',
    section: 'Who may do what',
    facts: [
      ['`packages/contract/src/permissions.ts`', 'packages/contract/src/permissions.ts', 'export const permissions'],
      ['`packages/contract/src/permissions.ts`', `${control}platform/access.ts`, 'roleMay'],
    ],
  },
  {
    title: 'V11.1.1, V11.1.2: keys and where each may be used are written down',
    section: 'Keys',
    facts: [
      ['at most 30 s', 'packages/data/src/project/lease.ts', 'longestLife = 30_000'],
      ['argon2id, AES-256-GCM', 'packages/sealed/src/keyfile.ts', 'argon2id'],
      ['AES-256-GCM, HMAC-SHA-256', `${control}platform/platform-key.ts`, 'aes-256-gcm'],
    ],
  },
  {
    title: 'V13.1.1: who talks to whom is written down',
    section: 'Who talks to whom',
    facts: [
      ['the mail server', `${control}platform/mail-smtp.ts`, 'createTransport'],
      ['verified TLS', `${control}platform/database/server-address.ts`, 'rejectUnauthorized: true'],
    ],
  },
  {
    title: 'V14.1.2: what each plane sees of each kind of data, and how that is kept, is written down',
    section: 'Logs',
    facts: [
      ['No log has a password', 'docs/threat-model.md', 'e-mail and name encrypted under the platform key'],
      ['No log has a password', 'docs/threat-model.md', '| values in tables, results | never: ciphertext only'],
    ],
  },
  {
    title: 'V15.1.1: how soon a hole in a dependency is mended is written down',
    section: 'Dependencies',
    facts: [['7 days if critical, 30 days if high, 90 days otherwise', 'SECURITY.md', 'within 90 days']],
  },
  {
    title: 'V15.1.3: what is costly and how it is bounded is written down',
    section: 'What is costly',
    facts: [
      ['10 minutes, a quarter of memory, 2 GiB of result', 'packages/data/src/project/limits.ts', 'timeMs: 600_000'],
      ['4,096', `${control}platform/http/listener.ts`, 'maxConnections = 4096'],
    ],
  },
  {
    title: 'V16.1.1: which logs there are, what is in them, who reads them and for how long is written down',
    section: 'Logs',
    facts: [
      ['`control/logs/access`', `${control}app/control.ts`, "'access'"],
      ['14 days', `${control}platform/log-file.ts`, '14'],
    ],
  },
]

for (const { title, section, facts } of documented) {
  test(title, () => {
    const text = readSection(section)
    for (const [words, file, code] of facts) {
      assert.ok(text.includes(words), `"${words}" is not in "${section}"`)
      assert.ok(read(file).includes(code), `${file} has no "${code}": mend docs/security-rules.md`)
    }
  })
}

test('V6.1.3, V6.3.4: every way in is written down: the calls that strangers may make are in its table, or open nothing', () => {
  const table = readSection('Ways in')
  const harmless = ['readHealth', 'readInstallation', 'readTokenFormat', 'readSignInWays', 'openLink']
  const strangers = routeList.filter(({ access }) => access.kind === 'public').map(({ operationId }) => operationId)
  assert.deepEqual(
    strangers.filter((name) => !harmless.includes(name) && !table.includes(`\`${name}\``)),
    [],
  )
})

test('V15.1.1: no version is released more than a quarter after its dependencies were looked at', () => {
  const looked = /last looked at on (\d{4}-\d\d-\d\d)/.exec(read('docs/decisions/dependencies.md'))?.[1] ?? ''
  assert.ok(!Number.isNaN(Date.parse(looked)), 'docs/decisions/dependencies.md says when')
  const released = [...read('CHANGELOG.md').matchAll(/^## .*?(\d{4}-\d\d-\d\d)/gm)].map(([, date = '']) => date)
  for (const date of released.slice(0, 1))
    assert.ok(Date.parse(date) - Date.parse(looked) <= 92 * 24 * 3600_000, `the release of ${date} needs another look`)
})
