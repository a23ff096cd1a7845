import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogBook, type ListedEntry, type LogFilter } from './log-book.ts'

const every: LogFilter = {
  text: '',
  action: null,
  outcome: null,
  actor: null,
  object: null,
  since: null,
  until: null,
  routine: true,
}
const start = Date.UTC(2026, 0, 1)

function list(index: number, change: object = {}, source = '192.0.2.1'): ListedEntry {
  const entry = {
    action: 'token.create',
    outcome: 'success',
    code: null,
    actor: { kind: 'person', id: 'p1' },
    object: { kind: 'token', id: 't1' },
    project: null,
    details: {},
    time: new Date(start + index * 1000).toISOString(),
    ...change,
  }
  return {
    index,
    salt: '',
    entry: JSON.stringify(entry),
    disclosures: [{ label: 'source', salt: '', value: source }],
    signature: null,
  }
}

function fill(): LogBook {
  const book = new LogBook()
  book.add([
    list(2, { action: 'query.run', outcome: 'denied', code: 'access.denied' }),
    list(3, { action: 'job.list' }),
  ])
  book.add([list(0), list(1, { object: { kind: 'token', id: 't2' } }, '203.0.113.9'), list(2)])
  return book
}

const find = (filter: Partial<LogFilter>, names: ReadonlyMap<string, string> = new Map()) => [
  ...fill().search({ ...every, ...filter }, names).indices,
]

test('KEB-19: the log is searched by any word of an entry, newest first', () => {
  assert.deepEqual(find({}), [3, 2, 1, 0])
  assert.deepEqual(find({ text: '203.0' }), [1])
  assert.deepEqual(find({ text: 'DENIED query' }), [2])
  assert.deepEqual(find({ text: 'made the token' }), [1, 0])
  assert.deepEqual(find({ text: 'zebra' }), [])
})

test('names stand for the ids that entries hold', () => {
  const names = new Map([['t2', 'Nightly loader']])
  assert.deepEqual(find({ text: 'nightly' }, names), [1])
})

test('filters narrow by action, outcome, actor, object and time', () => {
  assert.deepEqual(find({ action: 'query.run' }), [2])
  assert.deepEqual(find({ outcome: 'success' }), [3, 1, 0])
  assert.deepEqual(find({ actor: 'person' }), [3, 2, 1, 0])
  assert.deepEqual(find({ actor: 'p2' }), [])
  assert.deepEqual(find({ object: 't2' }), [1])
  assert.deepEqual(find({ since: start + 1000, until: start + 3000 }), [2, 1])
})

test('routine reading is left out where that is asked, and counted', () => {
  const { indices, routine } = fill().search({ ...every, routine: false }, new Map())
  assert.deepEqual([...indices], [2, 1, 0])
  assert.equal(routine, 1)
})

test('entries come in any order, the first of an index stays, and runs end at gaps', () => {
  const book = new LogBook()
  book.add([list(5)])
  assert.deepEqual([book.length, book.run(0, 6).length], [6, 0])
  book.add([list(0), list(1), list(3)])
  assert.deepEqual(
    book.run(0, 6).map(({ index }) => index),
    [0, 1],
  )
})

test('a hundred thousand entries are searched in less than half a second', () => {
  const book = new LogBook()
  book.add(Array.from({ length: 100_000 }, (_, index) => list(index)))
  const began = performance.now()
  assert.equal(book.search({ ...every, text: 'nothing like this' }, new Map()).indices.length, 0)
  assert.equal(book.search({ ...every, text: 'token' }, new Map()).indices.length, 100_000)
  assert.ok(performance.now() - began < 500)
})
