import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readField } from './held-field.ts'

test('sealed bytes stay bytes, with how many there are in all', () => {
  const field = readField('uploads', 'opening', { base64url: '_-8B', length: 412 })
  assert.deepEqual(field, {
    column: 'opening',
    about: 'Sealed: file name, format and options; only the data plane can open it',
    kind: 'bytes',
    protection: 'sealed',
    bytes: new Uint8Array([255, 239, 1]),
    length: 412,
  })
  const asText = readField('wrapped_keys', 'wrapped', '_-8B')
  assert.ok(asText.kind === 'bytes' && asText.length === 3)
})

test('KH-01: what the operator can open is told apart from what only the data plane can', () => {
  const held = { base64url: 'AAAA', length: 3 }
  const protectionOf = (table: string, column: string) => {
    const field = readField(table, column, held)
    return field.kind === 'bytes' ? field.protection : 'clear'
  }
  assert.equal(protectionOf('documents', 'body'), 'sealed')
  assert.equal(protectionOf('people', 'email_sealed'), 'account')
  assert.equal(protectionOf('tokens', 'hash'), 'digest')
})

test('a signed statement is shown as the text that anybody can read', () => {
  const statement = Buffer.from('{"rows":3}').toString('base64url')
  const field = readField('roster', 'signed', { statement, signature: 'AA', keyId: 'k' })
  assert.deepEqual([field.kind, field.kind === 'signed' && JSON.parse(field.text)], ['signed', { rows: 3 }])
})

test('what is in clear is shown as it is, nothing as a dash', () => {
  assert.equal((readField('tables', 'name', 'flights') as { text: string }).text, 'flights')
  assert.equal((readField('tables', 'snapshot', null) as { text: string }).text, '–')
  assert.equal((readField('jobs', 'progress', { rows: 1 }) as { text: string }).text, '{"rows":1}')
})
