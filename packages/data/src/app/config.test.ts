import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseAddress, parseStartLine, readConfig } from './config.ts'

test('a wrong variable is named with its rule', () => {
  for (const environment of [
    { KEYHOLD_CUSTODY: 'mine' },
    { KEYHOLD_CONTROL_URL: 'http://localhost' },
    { KEYHOLD_CONTROL_URL: 'nonsense' },
    { KEYHOLD_SERVER_PIN: 'short' },
    { KEYHOLD_ATTESTED: 'perhaps' },
    { KEYHOLD_SANDBOX: 'no' },
  ]) {
    assert.throws(() => readConfig(environment), {
      code: 'config.invalid',
      message: new RegExp(Object.keys(environment)[0] ?? ''),
    })
  }
})

test('a wrong start line is refused without quoting it', () => {
  for (const line of ['{', '[1]x', '{"serverPin":1}', '{"enrolment":{}}', '{"url":"http://x"}']) {
    assert.throws(() => parseStartLine(line), { code: 'config.invalid' })
  }
  assert.deepEqual(parseStartLine(''), {})
  assert.deepEqual(parseStartLine('{"enrolment":null,"ready":true}'), { enrolment: null, ready: true })
})

test('once enrolled, another server’s pin is not taken', () => {
  const config = readConfig({})
  const kept = { url: 'https://a', pin: 'kept' }
  assert.deepEqual(chooseAddress(config, { serverPin: 'other', url: 'https://b' }, kept), {
    url: 'https://b',
    pin: 'kept',
  })
  const renamed = readConfig({ KEYHOLD_SERVER_PIN: 'x'.repeat(43) })
  assert.equal(chooseAddress(renamed, { serverPin: 'other', url: 'https://b' }, kept).pin, 'x'.repeat(43))
  assert.throws(() => chooseAddress(config, {}, undefined), { code: 'config.invalid' })
})
