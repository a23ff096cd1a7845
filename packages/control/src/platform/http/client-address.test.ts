import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAddressSet } from '../network-address.ts'
import { createAddressReader } from './client-address.ts'

const proxies = createAddressSet(['10.0.0.0/8', '2001:db8:f::/48'])
const read = createAddressReader(proxies)

test('without the setting, and from whoever is not a proxy, the header is ignored', () => {
  assert.equal(createAddressReader(undefined)('10.0.0.1', '203.0.113.9'), '10.0.0.1')
  assert.equal(read('198.51.100.4', '203.0.113.9'), '198.51.100.4')
  assert.equal(read('198.51.100.4', 'nonsense'), '198.51.100.4')
  assert.equal(read(undefined, '203.0.113.9'), null)
})

test('AIV-06: the right-most hop that is not a proxy is the client, whatever stands left of it', () => {
  const cases: [string, string][] = [
    ['203.0.113.9', '203.0.113.9'],
    ['192.0.2.1, 203.0.113.9', '203.0.113.9'],
    // The caller pretends to be another, and then to be a proxy.
    ['192.0.2.1, 10.9.9.9, 203.0.113.9', '203.0.113.9'],
    ['203.0.113.9, 10.0.0.2, 10.0.0.3', '203.0.113.9'],
    ['192.0.2.1,203.0.113.9,10.0.0.2', '203.0.113.9'],
    ['10.0.0.7, 10.0.0.2', '10.0.0.7'],
  ]
  for (const [header, client] of cases) assert.equal(read('10.0.0.1', header), client, header)
})

test('IPv6, mapped IPv4 and ports are read for what they are', () => {
  const cases: [string, string][] = [
    ['2001:DB8::9', '2001:db8::9'],
    ['[2001:db8::9]', '2001:db8::9'],
    ['[2001:db8::9]:443', '2001:db8::9'],
    ['203.0.113.9:51234', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['203.0.113.9, 2001:db8:f::1', '203.0.113.9'],
  ]
  for (const [header, client] of cases) assert.equal(read('::ffff:10.0.0.1', header), client, header)
  assert.equal(read('2001:db8:f::7', '203.0.113.9'), '203.0.113.9')
  assert.equal(read('fe80::1%eth0', undefined), 'fe80::1')
})

test('several headers are one list', () => {
  assert.equal(read('10.0.0.1', ['192.0.2.1', '203.0.113.9, 10.0.0.2']), '203.0.113.9')
})

test('a malformed header of a trusted proxy is refused, and never half believed', () => {
  const wrong = ['', ',', 'unknown', '203.0.113.9,', ', 203.0.113.9', '203.0.113', '203.0.113.9:', '203.0.113.9:123456']
  const more = [
    '203.0.113.9 10.0.0.1',
    '_hidden',
    '[203.0.113.9',
    '2001:db8::9]:1',
    'for=203.0.113.9',
    '203.0.113.9%eth0',
  ]
  for (const header of [...wrong, ...more, 'x, 203.0.113.9']) {
    assert.throws(() => read('10.0.0.1', header), { code: 'http.malformed_forwarding' }, header)
  }
})
