import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startTestNode, setUpOwner, type TestNode, type TestOwner } from '../../modules/setup/testing/test-node.ts'
import { startTestPostgres, type TestPostgres } from '../../testing/postgres.ts'
import { silentLog } from '../log.ts'
import { ensureSecret } from '../secret-file.ts'
import { processFlags } from './authoriser-process.ts'
import { createAuthoriser, type Authoriser } from './authoriser.ts'
import { createQuestions } from './questions.ts'

let postgres: TestPostgres
let node: TestNode
let owner: TestOwner
let authoriser: Authoriser
/** Base64 of a hash → id of the enrolment that has it. */
const known = new Map<string, string>()

before(async () => {
  postgres = await startTestPostgres()
  node = await startTestNode(postgres)
  owner = await setUpOwner(node)
  authoriser = node.authoriser
  await node.database.withTenant(node, async (tx) => {
    for (let i = 0; i < 200; i += 1) {
      const [hash, id] = [randomBytes(32), randomUUIDv7()]
      known.set(hash.toString('base64'), id)
      await tx.sql(
        `INSERT INTO enrolment_tokens (organisation, id, hash, created, expires) VALUES ($1, $2, $3, now(), now())`,
        [node.organisation, id, hash],
      )
    }
  })
})
after(async () => {
  await node?.stop()
  await postgres.stop()
})

const kill = (signal: NodeJS.Signals) => process.kill(authoriser.pid() as number, signal)

test('KEB-14: killed twenty times under load, it never gives a wrong answer, and no question goes unanswered', async () => {
  const [hashes, pids] = [[...known.keys()], new Set<number | undefined>()]
  const state = { done: false, answered: 0 }
  async function load(): Promise<void> {
    while (!state.done) {
      const hash = hashes[Math.floor(Math.random() * hashes.length)] as string
      const [mine, stranger] = await Promise.all([
        authoriser.find('enrolment', Buffer.from(hash, 'base64')),
        authoriser.find('enrolment', randomBytes(32)),
      ])
      assert.deepEqual([mine?.id, mine?.organisation, stranger], [known.get(hash), node.organisation, undefined])
      // Of another kind the same hash is nobody's.
      assert.equal(await authoriser.find('session', Buffer.from(hash, 'base64')), undefined)
      state.answered += 1
    }
  }
  const loads = Array.from({ length: 32 }, load)
  const killing = (async () => {
    for (let i = 0; i < 20; i += 1) {
      const before = state.answered
      while (state.answered < before + 32) await authoriser.find('enrolment', randomBytes(32))
      pids.add(authoriser.pid())
      kill('SIGKILL')
    }
    state.done = true
  })()
  await Promise.all([killing, ...loads])
  assert.equal(pids.size, 20)
})

test('a call that comes while the process is away waits for the next one, and is answered', async () => {
  kill('SIGKILL')
  assert.equal((await node.call({ method: 'GET', path: '/v1/me', bearer: owner.bearer })).status, 200)
})

test('a process that hangs lets nobody in: 503 with a remedy, and the next call finds a new process', async () => {
  node.advance(2_000)
  const hung = authoriser.pid()
  kill('SIGSTOP')
  const answer = await node.call({ method: 'GET', path: '/v1/me', bearer: owner.bearer })
  assert.deepEqual([answer.status, answer.problem.code], [503, 'authoriser.away'])
  assert.match(answer.problem.remedy ?? '', /again/)
  assert.equal(answer.headers['retry-after'], '1')
  assert.equal((await node.call({ method: 'GET', path: '/v1/me', bearer: owner.bearer })).status, 200)
  assert.notEqual(authoriser.pid(), hung)
})

test('without a process nobody is found, and more than so many do not wait', async () => {
  const keys = join(postgres.home, 'other-keys')
  ensureSecret(join(keys, 'postgres-authoriser'))
  const away = createAuthoriser({ ...node.test.authoriserStart, keys }, silentLog, 1_500)
  const asked = Array.from({ length: 4_097 }, () => away.find('session', randomBytes(32)))
  const outcomes = await Promise.allSettled(asked)
  await away.close()
  const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'answered'))
  const counts = Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]))
  assert.deepEqual(counts, { 'authoriser.away': 4_096, 'authoriser.busy': 1 })
  await assert.rejects(away.find('session', randomBytes(32)), { code: 'authoriser.away' })
})

test('an answer for another hash, or too few of them, counts for nothing', async () => {
  const questions = createQuestions(60_000, () => {})
  const asked = ['a', 'b'].map((hash) => questions.ask({ kind: 'session', hash }))
  const batch = questions.takeBatch()
  assert.equal(batch?.questions.length, 2)
  const id = batch?.id ?? 0
  const found = (hash: string) => ({ hash, organisation: 'o', id: hash })
  assert.equal(questions.answer({ id, answers: [found('b'), found('a')] }), false)
  assert.equal(questions.answer({ id, answers: [found('a')] }), false)
  questions.takeBack()
  const again = questions.takeBatch()
  // Late words of the process before mean nothing.
  assert.equal(questions.answer({ id, answers: [found('a'), found('b')] }), true)
  assert.equal(questions.answer({ id: again?.id ?? 0, answers: [null, found('b')] }), true)
  assert.deepEqual(await Promise.all(asked), [null, found('b')])
})

test('the process’s command line and environment hold no secret, and it is named in lists of processes', () => {
  const { keys } = node.test.authoriserStart
  const secret = ensureSecret(join(keys, 'postgres-authoriser')).toString('base64url')
  const read = (file: string) => readFileSync(`/proc/${authoriser.pid()}/${file}`, 'latin1')
  for (const text of [...processFlags(keys), read('environ')]) assert.ok(!text.includes(secret), text)
  assert.match(read('cmdline'), /^keyhold authoriser/)
})

test('KEB-14: with its permissions a program reads its one secret, and no other, writes nothing and starts nothing', () => {
  const { keys } = node.test.authoriserStart
  const tries = `
    const fs = require('node:fs')
    const code = (attempt) => { try { attempt(); return 'done' } catch (error) { return error.code } }
    console.log(JSON.stringify([
      code(() => fs.readFileSync(${JSON.stringify(join(keys, 'postgres-authoriser'))})),
      code(() => fs.readFileSync(${JSON.stringify(join(keys, 'postgres-owner'))})),
      code(() => fs.readdirSync(${JSON.stringify(keys)})),
      code(() => fs.writeFileSync(${JSON.stringify(join(keys, 'postgres-authoriser'))}, '')),
      code(() => require('node:child_process').spawnSync('true')),
      code(() => new (require('node:worker_threads').Worker)('0', { eval: true })),
    ]))`
  const { stdout } = spawnSync(process.execPath, [...processFlags(keys), '-e', tries], { encoding: 'utf8' })
  assert.deepEqual(JSON.parse(stdout), ['done', ...Array.from({ length: 5 }, () => 'ERR_ACCESS_DENIED')])
})

test('its code is small: it loads the database’s client, and of ours only these files', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const loaded = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string) => {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const [, to = ''] of readFileSync(file, 'utf8').matchAll(/^import (?!type\b)[^']*?from '([^']+)'/gm)) {
      if (to.startsWith('.')) visit(join(dirname(file), to))
      else packages.add(to)
    }
  }
  visit(join(root, 'authoriser/main.ts'))
  assert.deepEqual([...loaded].map((file) => relative(root, file)).toSorted(), [
    'authoriser/holders.ts',
    'authoriser/main.ts',
    'platform/audit-port.ts',
    'platform/authoriser/protocol.ts',
    'platform/database/binary.ts',
    'platform/database/errors.ts',
    'platform/database/roles.ts',
    'platform/database/types.ts',
    'platform/errors.ts',
    'platform/secret-file.ts',
  ])
  assert.deepEqual(
    [...packages].filter((name) => !name.startsWith('node:')),
    ['pg'],
  )
})
