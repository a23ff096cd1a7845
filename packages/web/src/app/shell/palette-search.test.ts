import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCommands } from './palette-search.ts'

const commands = ['Home', 'Tables', 'Theme: dark', 'Show what the operator sees'].map((name) => ({
  id: name,
  name,
  words: name === 'Tables' ? 'data upload' : '',
  run: () => undefined,
}))
const names = (text: string): string[] => findCommands(commands, text).map(({ name }) => name)

test('all commands are listed in their order before anything is typed', () => {
  assert.deepEqual(
    names(''),
    commands.map(({ name }) => name),
  )
})

test('a command is found by other words too, in any order, and one whose name begins so comes first', () => {
  assert.deepEqual(names('upload'), ['Tables'])
  assert.deepEqual(names('dark theme'), ['Theme: dark'])
  assert.deepEqual(names('th'), ['Theme: dark', 'Show what the operator sees'])
  assert.deepEqual(names('zebra'), [])
})
