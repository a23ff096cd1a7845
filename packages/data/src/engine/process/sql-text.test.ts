import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstKeyword, isTypeText, quoteName, quoteText, takeStatement } from './sql-text.ts'

test('names and texts are quoted so that nothing inside can end them', () => {
  assert.equal(quoteName('a"b'), '"a""b"')
  assert.equal(quoteText("a'b"), "'a''b'")
})

test('a closing semicolon is dropped, a second statement is noticed', () => {
  assert.equal(takeStatement('SELECT 1'), 'SELECT 1')
  assert.equal(takeStatement('SELECT 1 ; -- x;\n /* y */ ;'), 'SELECT 1 ')
  assert.equal(
    takeStatement("SELECT ';', \";\", $$;$$, $a$;$a$, E'\\';' -- ;"),
    "SELECT ';', \";\", $$;$$, $a$;$a$, E'\\';' -- ;",
  )
  assert.equal(takeStatement('SELECT 1; SELECT 2'), null)
  assert.equal(takeStatement("SELECT '; SELECT 2"), null)
})

test('the first keyword is found behind comments and brackets', () => {
  assert.equal(firstKeyword('/* select */ -- x\n ( PIVOT t'), 'pivot')
  assert.equal(firstKeyword('  '), '')
})

test('only what can be a type counts as one', () => {
  const types = [
    'INTEGER',
    'DECIMAL(18,3)',
    'VARCHAR[]',
    'INTEGER[3]',
    'STRUCT("a b" INTEGER, c MAP(VARCHAR, DATE))',
    "ENUM('a;b', 'c''d')",
    'TIMESTAMP WITH TIME ZONE',
  ]
  const others = [
    '',
    '1',
    'INTEGER)',
    'INTEGER); DROP TABLE x; --',
    'INTEGER)(',
    'INTEGER --',
    "VARCHAR' || '",
    'a = b',
    'INTEGER /* */',
    '[]',
    "ENUM('a",
  ]
  for (const type of types) assert.equal(isTypeText(type), true, type)
  for (const type of others) assert.equal(isTypeText(type), false, type)
})
