import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LedgerEntry } from '@keyhold/ledger'
import { describeEntry, type Disclosed, type Names } from './describe-entry.ts'

const names: Names = new Map([
  ['p1', 'Ada'],
  ['t1', 'loader'],
  ['b1', 'air.flights'],
])

function say(change: Partial<LedgerEntry>, disclosed: Disclosed[] = []): string {
  const entry = {
    action: 'x',
    actor: { kind: 'person', id: 'p1' },
    object: null,
    details: {},
    ...change,
  } as LedgerEntry
  const { actor, parts, source } = describeEntry(entry, disclosed, names)
  return `${actor} ${parts.map(({ text }) => text).join('')}${source === null ? '' : ` from ${source}`}`
}

test('CLU-13: an entry reads as who did what to which thing, from where', () => {
  const disclosed = [{ label: 'source', value: '203.0.113.9' }]
  assert.equal(
    say({ action: 'token.create', object: { kind: 'token', id: 't1' } }, disclosed),
    'Ada made the token loader from 203.0.113.9',
  )
  assert.equal(
    say({
      action: 'upload.create',
      actor: { kind: 'token', id: 't1', name: null, email: null },
      details: { table: 'b1' },
    }),
    'loader began an upload into air.flights',
  )
  assert.equal(
    say({ action: 'query.run', details: { rows: 3000, cached: true } }),
    'Ada ran a query, 3,000 rows, from the cache',
  )
})

test('what has no name any more is said by its kind, an unknown action by its id', () => {
  assert.equal(
    say({
      action: 'table.decrypt',
      actor: { kind: 'data_plane', id: null, name: null, email: null },
      object: { kind: 'table', id: 'gone' },
    }),
    'The data plane decrypted a table of before',
  )
  assert.equal(say({ action: 'strange.act' }), 'Ada did strange.act')
})
