import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completeSql, type KnownTable } from './complete-sql.ts'

const tables: KnownTable[] = [
  {
    bucket: 'air',
    name: 'flights',
    columns: [
      { name: 'delay', type: 'BIGINT' },
      { name: 'Odd name', type: 'VARCHAR' },
    ],
  },
  { bucket: 'air', name: 'airports', columns: [{ name: 'iata', type: 'VARCHAR' }] },
]
/** The place is where the bar stands. */
const offered = (text: string, asked = false): string[] => {
  const at = text.indexOf('|')
  return completeSql(text.replace('|', ''), at, tables, asked)?.options.map(({ label }) => label) ?? []
}

test('after a bucket come its tables, after a table or its alias come its columns', () => {
  assert.deepEqual(offered('select * from air.|'), ['flights', 'airports'])
  assert.deepEqual(offered('select air.flights.de| from air.flights'), ['delay', 'Odd name'])
  assert.deepEqual(offered('select f.| from air.flights f'), ['delay', 'Odd name'])
  assert.deepEqual(offered('select p.i| from air.flights f join air.airports as p'), ['iata'])
  assert.deepEqual(offered('select airports.| from air.airports'), ['iata'])
  assert.deepEqual(offered('select x.| from air.airports'), [])
})

test('columns of the statement’s tables come first, those of another statement not at all', () => {
  const words = offered('select d| from air.flights; select 1 from air.airports')
  assert.deepEqual(words.slice(0, 2), ['delay', 'Odd name'])
  assert.ok(!words.includes('iata'))
  assert.ok(words.includes('air.airports') && words.includes('date_trunc') && words.includes('distinct'))
})

test('a name that needs quotes is put in quotes', () => {
  const offer = completeSql('select f. from air.flights f', 9, tables, false)
  assert.equal(offer?.options[1]?.apply, '"Odd name"')
})

test('nothing is offered inside a text or a comment, nor before anything was written, unless asked for', () => {
  assert.deepEqual(offered(`select 'de|`), [])
  assert.deepEqual(offered(`select 1 -- de|`), [])
  assert.deepEqual(offered('select |'), [])
  assert.ok(offered('select |', true).length > 100)
})
