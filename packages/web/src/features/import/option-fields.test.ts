import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ImportOpening } from '@keyhold/contract'
import { Check } from 'typebox/value'
import { changeSetting, listFields, optionFields } from './option-fields.ts'

const plain: ImportOpening = { fileName: 'a.csv', format: 'csv' }
const field = (name: string) => optionFields.find((candidate) => candidate.name === name) ?? assert.fail(name)

test('whatever is typed into whatever field, the settings stay ones that the data plane takes', () => {
  for (const candidate of optionFields) {
    for (const text of ['1', '0', '-3', '999999999', ';', ',', '.', 'Europe/Berlin', 'x'.repeat(30), ' ']) {
      const settings = changeSetting(plain, candidate, text)
      assert.ok(settings === undefined || Check(ImportOpening, settings), `${candidate.name} ${text}`)
    }
  }
})

test('an emptied field is a setting that is found out again', () => {
  const changed = changeSetting(plain, field('skipLines'), '3')
  assert.deepEqual(changed, { ...plain, skipLines: 3 })
  assert.ok(changed)
  assert.equal(field('skipLines').read(changed), '3')
  assert.deepEqual(changeSetting(changed, field('skipLines'), ''), plain)
  assert.equal(changeSetting(changed, field('skipLines'), 'many'), undefined)
  assert.equal(changeSetting(plain, field('dateFormat'), 'DD'), undefined, 'while it is being typed')
})

test('a sheet is named by number or by name, and each format has its own fields', () => {
  assert.deepEqual(changeSetting(plain, field('sheet'), '2')?.sheet, 2)
  assert.deepEqual(changeSetting(plain, field('sheet'), '2024')?.sheet, 2024)
  assert.deepEqual(changeSetting(plain, field('sheet'), 'Q1')?.sheet, 'Q1')
  assert.deepEqual(listFields('parquet'), [])
  assert.ok(listFields('csv').some(({ name }) => name === 'delimiter'))
  assert.ok(!listFields('xlsx').some(({ name }) => name === 'delimiter'))
})
