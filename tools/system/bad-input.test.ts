/** Bad input at every door: a code, one line, a remedy; no stack trace, no value of the data, and nothing half done. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { withClient } from '@keyhold/cli/client'
import { startTestInstallation, type Shell, type ShellResult, type TestInstallation } from '../testing/shell.ts'
import { sealCsv } from './attacker.ts'

/** Stands in every file and every query here; no message may have it. */
const secret = 'Secret-Plover'
const good = 'a,b\n1,x\n2,y\n'

let place: TestInstallation
let owner: Shell
let files: string

before(async () => {
  place = await startTestInstallation()
  owner = place.owner
  files = join(place.folder, 'files')
  mkdirSync(join(files, 'folder.csv'), { recursive: true })
  await owner.json(['upload', writeFile('good.csv', good), 'door.kept'])
})
after(() => place.end())

function writeFile(name: string, content: string | Buffer): string {
  writeFileSync(join(files, name), content)
  return join(files, name)
}

/** One line with the code, perhaps the data plane's sealed detail, and a remedy. */
function assertRefused(result: ShellResult, code: string, exit: 1 | 2, detail = false): void {
  const [first = '', ...rest] = result.stderr.trimEnd().split('\n')
  assert.equal(result.code, exit, result.stderr)
  assert.ok(first.startsWith('keyhold: ') && first.endsWith(` [${code}]`), result.stderr)
  assert.match(rest.at(-1) ?? '', /^Remedy: ./)
  // How columns differ is told in lines of their own.
  const differences = rest.filter((line) => /^ {2}[-+~] /.test(line)).length
  if (!detail) assert.equal(rest.length, 1 + differences, result.stderr)
  assert.doesNotMatch(result.stderr, /^\s+at |node:internal|Error:.*\n\s+at/m)
  assert.equal(result.stdout, '')
  if (!detail) assert.ok(!result.stderr.includes(secret), result.stderr)
}

async function listTables(): Promise<string> {
  const { tables } = await owner.json<{ tables: { bucket: string; name: string; sequence: number; rows: number }[] }>([
    'tables',
  ])
  return tables.map(({ bucket, name, sequence, rows }) => `${bucket}.${name} ${sequence} ${rows}`).join(', ')
}

type CommandCase = { words: string[]; code: string; exit?: 1 | 2 }

function commandCases(): Record<string, CommandCase> {
  const path = writeFile('again.csv', good)
  const upload = (file: string, ...more: string[]) => ['upload', file, 'door.made', ...more]
  const query = (sql: string, ...more: string[]) => ['query', sql, ...more]
  return {
    'an unknown command': { words: ['uplod'], code: 'cli.usage' },
    'an unknown option': { words: upload(path, '--moed', 'append'), code: 'cli.usage' },
    'a mode that is none': { words: upload(path, '--mode', 'merge'), code: 'cli.usage' },
    'a missing file': { words: upload(join(files, 'none.csv')), code: 'input.unreadable' },
    'an unreadable file': { words: upload(join(path, 'below-a-file.csv')), code: 'input.unreadable' },
    'a folder': { words: upload(join(files, 'folder.csv')), code: 'input.unreadable' },
    'an empty file': { words: upload(writeFile('empty.csv', '')), code: 'upload.source_empty' },
    'a file of an unknown format': { words: upload(writeFile('x.xls', secret)), code: 'cli.usage' },
    'a second file that is missing': {
      words: ['upload', path, join(files, 'none.csv'), 'door.made'],
      code: 'input.unreadable',
    },
    'a schema that is none': {
      words: upload(path, '--schema', writeFile('bad.json', `{"${secret}`)),
      code: 'input.unreadable',
    },
    'a table name without a bucket': { words: ['upload', path, 'made'], code: 'cli.usage' },
    'a table name with other signs': { words: ['upload', path, 'door.ma-de; drop'], code: 'cli.usage' },
    'no SQL': { words: ['query'], code: 'cli.usage' },
    'a parameter that is none': { words: query('select 1', '--param', '1x=2'), code: 'cli.usage' },
    'a parameter of an unknown type': { words: query('select $x', '--param', 'x:blob=2'), code: 'cli.usage' },
    'an unknown project': { words: query('select 1', '--project', 'Nowhere'), code: 'project.unknown' },
    'an unknown token': { words: ['tokens', 'revoke', 'nobody'], code: 'token.unknown' },
    'a scope that is none': { words: ['tokens', 'create', 'x', '--scope', 'door'], code: 'cli.usage' },
    'a log that is none': {
      words: ['audit', 'verify', writeFile('log.ndjson', `${secret}\n`)],
      code: 'ledger.canonical_malformed',
      exit: 2,
    },
    'a set-up link that is none': { words: ['setup', 'https://localhost/nothing'], code: 'link.malformed' },
  }
}

const sqlCases: Record<string, { words: string[]; code: string }> = {
  'broken SQL': { words: [`select from where ${secret}`], code: 'query.syntax' },
  'SQL that writes': { words: ['drop table door.kept'], code: 'query.not_a_read' },
  'an unknown table': { words: ['select * from door.none'], code: 'query.unknown_table' },
  'an unknown column': { words: ['select c from door.kept'], code: 'query.unknown_column' },
  'a value that does not convert': { words: [`select '${secret}'::integer`], code: 'query.bad_value' },
  'a missing parameter': { words: ['select $x'], code: 'query.bad_parameter' },
  'a file of the server': { words: ["select * from '/etc/passwd'"], code: 'query.unknown_table' },
}

const fileCases: Record<string, { name: string; content: string | Buffer; code: string }> = {
  'a ragged row': { name: 'ragged.csv', content: `a,b\n1,x\n2,${secret},z\n`, code: 'import.bad_row' },
  'a value of another type': { name: 'type.csv', content: `a,b\n1,x\n${secret},z\n`, code: 'import.bad_row' },
  'invalid UTF-8': {
    name: 'utf8.csv',
    content: Buffer.concat([Buffer.from(`a,b\n1,é${secret}`), Buffer.from([0xff, 0x0a])]),
    code: 'import.bad_row',
  },
  'a NUL byte': { name: 'nul.csv', content: `a,b\n1,${secret}\0\n`, code: 'import.bad_row' },
  'a quote without its end': { name: 'quote.csv', content: `a,b\n1,"${secret}\n2,y\n`, code: 'import.bad_row' },
  'nothing but empty lines': { name: 'blank.csv', content: '\n\n', code: 'import.empty' },
  'other columns': { name: 'columns.csv', content: `a,c\n1,${secret}\n`, code: 'import.schema_changed' },
  'a document that ends early': {
    name: 'early.json',
    content: `[{"a": 1, "b": "${secret}"}`,
    code: 'import.json_malformed',
  },
  'a document without rows': { name: 'rows.json', content: `{"b": "${secret}"}`, code: 'import.json_no_rows' },
  'a code page that cannot be told': {
    name: 'page.csv',
    content: Buffer.from(`a,b\n1,${secret} Wroc\xb3aw Stanis\xb3aw\n`, 'latin1'),
    code: 'import.encoding_unclear',
  },
  'Parquet that is none': { name: 'none.parquet', content: `PAR1${secret}`.repeat(50), code: 'import.bad_file' },
  'broken NDJSON': {
    name: 'broken.ndjson',
    content: `{"a": 1, "b": "x"}\n{"a": 2, "b": "${secret}\n`,
    code: 'import.bad_row',
  },
}

/** Two at a time: the machine that runs this has no more to give. */
async function forEachOf<T>(cases: Record<string, T>, work: (name: string, one: T) => Promise<void>): Promise<void> {
  const waiting = Object.entries(cases)
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, one] = next
      await work(name, one).catch((cause: unknown) => {
        throw new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
      })
    }
  }
  await Promise.all([worker(), worker()])
}

test('the command line refuses what it cannot do before anything is made', async () => {
  const before = await listTables()
  await forEachOf(commandCases(), async (_, { words, code, exit = 1 }) => {
    assertRefused(await owner.run(words), code, exit)
  })
  assert.equal(await listTables(), before)
})

test('the data plane refuses SQL with a code that says what to mend', async () => {
  await forEachOf(sqlCases, async (_, { words, code }) =>
    assertRefused(await owner.run(['query', ...words]), code, 1, true),
  )
})

test('DAT-21: a file that does not fit is refused without a value, and the table stays as it was', async () => {
  const before = await listTables()
  await forEachOf(fileCases, async (_, { name, content, code }) => {
    assertRefused(await owner.run(['upload', writeFile(name, content), 'door.kept']), code, 1)
  })
  assert.equal(await listTables(), before)
  const rows = await owner.run(['query', 'select * from door.kept order by a', '--format', 'csv'])
  assert.equal(rows.stdout, 'a,b\r\n1,x\r\n2,y\r\n')
})

test('a header alone is a table without rows', async () => {
  await owner.json(['upload', writeFile('header.csv', 'a,b\n'), 'door.header'])
  const rows = await owner.run(['query', 'select * from door.header', '--format', 'csv'])
  assert.equal(rows.stdout, 'a,b\r\n')
})

type ApiCase = [
  method: string,
  path: string,
  body: string | Uint8Array | undefined,
  status: number,
  code: string,
  headers?: Record<string, string>,
]

const tus = { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream' }

function apiCases(project: string, table: string, upload: string): ApiCase[] {
  const home = `/v1/projects/${project}`
  const geometry = {
    table,
    mode: 'append',
    file: randomUUIDv7(),
    length: 10,
    headerLength: 4,
    segmentLength: 4,
    opening: 'AAAA',
  }
  const create = (change: object) => JSON.stringify({ ...geometry, ...change })
  const content = `${home}/uploads/${upload}/content`
  const statement = { statement: 'AAAA', signature: 'AAAA', keyId: 'A'.repeat(43) }
  return [
    ['POST', `${home}/tables`, `{"bucket": "${secret}`, 400, 'request.malformed_json'],
    ['POST', `${home}/tables`, '', 400, 'request.malformed_json'],
    ['POST', `${home}/tables`, '{"bucket":"door","table":"t","more":1}', 400, 'request.invalid'],
    ['POST', `${home}/tables`, `{"bucket":"door","table":"${secret}"}`, 400, 'request.invalid'],
    ['POST', `${home}/tables`, '[]', 400, 'request.invalid'],
    ['POST', `${home}/tables`, `{"bucket":"${'x'.repeat(3 << 20)}"}`, 413, 'http.too_large'],
    ['POST', `${home}/tables`, 'bucket=door', 415, 'http.unsupported_media_type', { 'content-type': 'text/plain' }],
    ['GET', `/v1/projects/${secret}/tables`, undefined, 400, 'request.invalid'],
    ['GET', `${home}/jobs?limit=many`, undefined, 400, 'request.invalid'],
    ['GET', `${home}/jobs/${randomUUIDv7()}`, undefined, 404, 'job.unknown'],
    ['GET', `/v1/${secret}`, undefined, 404, 'http.not_found'],
    ['DELETE', `${home}/tables`, undefined, 405, 'http.method_not_allowed'],
    ['GET', '/v1/me', undefined, 401, 'access.unauthenticated', { authorization: `Bearer ${secret}` }],
    ['POST', `${home}/uploads`, create({ headerLength: 11 }), 400, 'upload.invalid_geometry'],
    ['POST', `${home}/uploads`, create({ table: randomUUIDv7() }), 404, 'upload.unknown_table'],
    ['POST', `${home}/uploads`, create({ length: -1 }), 400, 'request.invalid'],
    ['POST', `${home}/uploads`, create({ length: 2 ** 50 }), 413, 'upload.too_long'],
    ['POST', `${home}/uploads`, create({ mode: 'merge' }), 400, 'request.invalid'],
    ['PATCH', content, secret, 409, 'upload.offset_mismatch', { ...tus, 'upload-offset': '4' }],
    ['PATCH', content, secret, 400, 'upload.invalid_offset', { ...tus, 'upload-offset': '-4' }],
    [
      'PATCH',
      content,
      secret,
      412,
      'upload.unsupported_protocol',
      { ...tus, 'upload-offset': '0', 'tus-resumable': '0.2' },
    ],
    [
      'PATCH',
      content,
      secret,
      415,
      'http.unsupported_media_type',
      { ...tus, 'upload-offset': '0', 'content-type': 'text/csv' },
    ],
    ['PATCH', content, secret, 413, 'upload.too_long', { ...tus, 'upload-offset': '0' }],
    [
      'PATCH',
      `${home}/uploads/${randomUUIDv7()}/content`,
      secret,
      404,
      'upload.unknown',
      { ...tus, 'upload-offset': '0' },
    ],
    [
      'POST',
      `${home}/uploads/${upload}/close`,
      JSON.stringify({ closing: statement }),
      400,
      'upload.closing_malformed',
    ],
    ['POST', `${home}/requests`, secret, 403, 'request.forged', { 'content-type': 'application/vnd.keyhold.sealed' }],
  ]
}

test('the API answers each bad call with a problem document and changes nothing', async () => {
  const before = await listTables()
  await withClient(owner.home, async ({ session }) => {
    const { api, connection, project } = session
    const { table } = await api.call('ensureTable', { params: { project }, body: { bucket: 'door', table: 'kept' } })
    // Sealed as it should be, or the data plane would give the upload up before the calls below reach it.
    const { file, opening } = await sealCsv(session, table.id, good)
    const body = {
      table: table.id,
      mode: 'append',
      file,
      length: 8,
      headerLength: 4,
      segmentLength: 4,
      opening: opening.toString('base64url'),
    } as const
    const { upload } = await api.call('createUpload', { params: { project }, body })
    for (const [method, path, sent, status, code, given] of apiCases(project, table.id, upload.id)) {
      const headers = given ?? (sent === undefined ? {} : { 'content-type': 'application/json' })
      const bytes = typeof sent === 'string' ? Buffer.from(sent) : sent
      const request = {
        method,
        path,
        headers: { ...session.authorise(), ...headers },
        body: bytes,
        signal: undefined,
      }
      const answer = await connection.exchange(request)
      const text = Buffer.from(answer.body).toString()
      const shown = `${method} ${path.slice(0, 80)}: ${text.slice(0, 300)}`
      const problem = JSON.parse(text) as { code?: string; status?: number; title?: string; remedy?: string }
      assert.deepEqual([answer.status, problem.code, problem.status], [status, code, status], shown)
      assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/, shown)
      assert.ok((problem.title ?? '') !== '' && (problem.remedy ?? '') !== '', shown)
      assert.ok(!text.includes(secret) && !/\bat .*:\d+|node_modules|\/src\//.test(text), shown)
    }
  })
  assert.equal(await listTables(), before)
})
