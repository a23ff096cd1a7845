import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noteRun, type HistoryEntry } from './query-history.ts'

const entry = (sql: string): HistoryEntry => ({ sql, values: {}, at: '', milliseconds: 1, rows: 1, code: null })

test('the newest two hundred runs are kept, the same SQL in a row once', () => {
  let history: readonly HistoryEntry[] = []
  for (let count = 0; count < 300; count++) history = noteRun(history, entry(`SELECT ${count}`))
  assert.equal(history.length, 200)
  assert.equal(history[0]?.sql, 'SELECT 299')
  assert.equal(noteRun(history, { ...entry('SELECT 299'), rows: 7 }).length, 200)
  assert.equal(noteRun(history, { ...entry('SELECT 299'), rows: 7 })[1]?.sql, 'SELECT 298')
})
