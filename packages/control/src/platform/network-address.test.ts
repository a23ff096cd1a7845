import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { blockOf, canonicalRange, createAddressSet, readAddress } from './network-address.ts'

const has = (ranges: string[], text: string) => {
  const address = readAddress(text)
  return address !== undefined && createAddressSet(ranges).has(address)
}

test('AIV-06: IPv4 mapped into IPv6 is IPv4, in addresses and in ranges, however it is spelt', () => {
  for (const spelling of ['::ffff:192.0.2.7', '::ffff:c000:207', '0:0:0:0:0:FFFF:192.0.2.7', '::FFFF:C000:0207']) {
    assert.deepEqual(readAddress(spelling), { address: '192.0.2.7', family: 'ipv4' }, spelling)
    assert.ok(has(['192.0.2.0/24'], spelling))
    assert.ok(!has(['192.0.3.0/24', '2001:db8::/32'], spelling))
  }
  assert.equal(canonicalRange('::ffff:192.0.2.0/120'), '192.0.2.0/24')
  assert.equal(canonicalRange('::ffff:0:0/90'), undefined)
})

test('a range has one spelling, and its network’s own address', () => {
  assert.equal(canonicalRange('192.0.2.7'), '192.0.2.7/32')
  assert.equal(canonicalRange('2001:DB8:0:0::/32'), '2001:db8::/32')
  assert.equal(canonicalRange('::1'), '::1/128')
  assert.equal(canonicalRange('0.0.0.0/0'), '0.0.0.0/0')
  assert.equal(canonicalRange('::/0'), '::/0')
  assert.equal(canonicalRange('10.0.0.5/8'), undefined)
  assert.equal(canonicalRange('2001:db8::1/64'), undefined)
})

test('what is no address or range is neither', () => {
  const wrong = ['', ' ', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4/33', '1.2.3.4/-1', '1.2.3.4/08']
  const more = ['1.2.3.4/', '1.2.3.4/8x', '::1/129', ':::1', 'fe80::1%eth0', '0x7f.1', 'localhost', '1.2.3.4 ']
  for (const text of [...wrong, ...more]) assert.equal(canonicalRange(text), undefined, JSON.stringify(text))
  for (const text of ['fe80::1%eth0', '127.1', '1.2.3.4:80', '[::1]']) assert.equal(readAddress(text), undefined, text)
})

test('an IPv4 range never holds an IPv6 address, nor the other way round', () => {
  assert.ok(!has(['0.0.0.0/0'], '2001:db8::1'))
  assert.ok(!has(['::/0'], '192.0.2.7'))
  assert.ok(has(['::/0'], '2001:db8::1'))
})

test('an address is in its own block, and the block is a range', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const block = blockOf(text) ?? ''
      assert.equal(canonicalRange(block), block)
      assert.ok(has([block], text), `${text} in ${block}`)
    }),
  )
  assert.equal(blockOf('203.0.113.77'), '203.0.113.0/24')
  assert.equal(blockOf('2001:db8:1:2::9'), '2001:db8:1::/48')
})
