import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDeviceCode, parseDeviceCode } from './device-code.ts'

test('a device code carries key and name over, whatever is around it', () => {
  const code = { publicKey: new Uint8Array(32).fill(7), name: 'Firefox on Änne’s laptop' }
  assert.deepEqual(parseDeviceCode(` ${formatDeviceCode(code)}\n`), code)
})

test('what is no whole device code is refused with a remedy', () => {
  const whole = formatDeviceCode({ publicKey: new Uint8Array(32), name: 'x' })
  for (const text of ['', 'kd1', whole.slice(1), whole.slice(0, -2), `${whole}.more`, whole.replace('kd1', 'kd2')]) {
    assert.throws(() => parseDeviceCode(text), { code: 'device.code_malformed' }, text)
  }
})
