import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDeviceCode, parseDeviceCode } from './device-code.ts'

const person = '01890000-0000-7000-8000-000000000001'

test('a device code carries key, person and name over, whatever is around it', () => {
  const code = { publicKey: new Uint8Array(32).fill(7), person, name: 'Firefox on Änne’s laptop' }
  assert.deepEqual(parseDeviceCode(` ${formatDeviceCode(code)}\n`), code)
})

test('what is no whole device code is refused with a remedy', () => {
  const whole = formatDeviceCode({ publicKey: new Uint8Array(32), person, name: 'x' })
  const broken = ['', 'kd2', whole.slice(1), whole.slice(0, -2), `${whole}.more`, whole.replace('kd2', 'kd3')]
  for (const text of [...broken, whole.replace(person, 'somebody'), whole.replace(`${person}.`, '')]) {
    assert.throws(() => parseDeviceCode(text), { code: 'device.code_malformed' }, text)
  }
})

test('a code of an older client, which names no person, says so', () => {
  assert.throws(() => parseDeviceCode('kd1.AAAA.eA'), /named their person/)
})
