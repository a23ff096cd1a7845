import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readText } from '@keyhold/client'
import { startDuck, type SqlRunner } from '../../testing/run-sql.ts'
import { functions, keywords, types } from './duckdb-words.ts'

let duck: SqlRunner
before(async () => {
  duck = await startDuck()
})
after(() => duck.close())

async function wordsOf(sql: string): Promise<Set<string>> {
  const result = await duck.run(sql)
  return new Set(Array.from({ length: result.rows }, (_, row) => String(readText(result, 0, row))))
}

test('every word that is offered is one of the engine’s', async () => {
  const known = await wordsOf('SELECT DISTINCT lower(function_name) FROM duckdb_functions()')
  // Grammar rather than a function in the engine's list.
  for (const word of ['unnest', 'row', 'position']) known.add(word)
  assert.deepEqual(
    functions.filter((word) => !known.has(word)),
    [],
  )
  const reserved = await wordsOf('SELECT keyword_name FROM duckdb_keywords()')
  for (const word of ['current_date', 'current_time', 'current_timestamp', 'percent']) reserved.add(word)
  assert.deepEqual(
    keywords.filter((word) => !reserved.has(word)),
    [],
  )
  const named = await wordsOf('SELECT lower(type_name) FROM duckdb_types()')
  assert.deepEqual(
    types.filter((word) => !named.has(word)),
    [],
  )
})
