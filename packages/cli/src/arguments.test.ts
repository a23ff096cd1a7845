import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArguments, type OptionSpecs } from './arguments.ts'
import { CliError } from './errors.ts'

const options = {
  mode: { kind: 'value', about: '', choices: ['replace', 'append'] },
  param: { kind: 'values', about: '' },
  output: { kind: 'value', short: 'o', about: '' },
  'no-wait': { kind: 'flag', about: '' },
} as const satisfies OptionSpecs

test('options are taken before, between and after words, joined or apart, long or short', () => {
  const args = parseArguments(
    ['--no-wait', 'a', '--param=x=1', '-oout', 'b', '--param', 'y=2', '--mode', 'append'],
    options,
  )
  assert.deepEqual(args.positionals, ['a', 'b'])
  assert.deepEqual(args.values('param'), ['x=1', 'y=2'])
  assert.equal(args.value('output'), 'out')
  assert.equal(args.value('mode'), 'append')
  assert.ok(args.flag('no-wait'))
})

test('what follows -- and a lone dash are words', () => {
  assert.deepEqual(parseArguments(['-', '--', '--mode', '-x'], options).positionals, ['-', '--mode', '-x'])
})

for (const [words, remedy] of [
  [['--moed', 'append'], 'did you mean --mode?'],
  [['--no-wiat'], 'did you mean --no-wait?'],
  [['--mode', 'upsert'], 'choose one of: replace, append.'],
  [['--mode'], 'write --mode VALUE.'],
  [['--no-wait=1'], 'write just --no-wait.'],
  [['-z'], /--help/],
] as const) {
  test(`"${words.join(' ')}" is refused with a remedy`, () => {
    assert.throws(
      () => parseArguments(words, options),
      (error: unknown) => {
        assert.ok(error instanceof CliError)
        assert.equal(error.code, 'cli.usage')
        assert.equal(error.exitCode, 1)
        assert.match(error.remedy ?? '', typeof remedy === 'string' ? new RegExp(remedy.replace('?', '\\?')) : remedy)
        return true
      },
    )
  })
}

test('a key that begins with a dash is a word, not an option', () => {
  const key = `-${'a'.repeat(42)}`
  assert.deepEqual(parseArguments([key, `-${key.slice(0, -1)}`], {}).positionals, [key, `-${key.slice(0, -1)}`])
  assert.throws(() => parseArguments(['-short'], {}), { code: 'cli.usage' })
})
