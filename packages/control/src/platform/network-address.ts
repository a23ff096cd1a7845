/** Network addresses and ranges of them (CIDR, RFC 4632 and 4291). IPv4 mapped into IPv6 is IPv4 everywhere. */
import { BlockList, isIP, SocketAddress } from 'node:net'

export type NetworkAddress = { readonly address: string; readonly family: 'ipv4' | 'ipv6' }
type NetworkRange = NetworkAddress & { readonly bits: number }

/** Whether an address is in one of some ranges. */
export type AddressSet = { readonly has: (address: NetworkAddress) => boolean }

const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/
const mappedBits = 96

/** An address in its one spelling; undefined for anything else. A zone ("%eth0") is not part of an address. */
export function readAddress(text: string): NetworkAddress | undefined {
  const version = text.includes('%') ? 0 : isIP(text)
  if (version === 4) return { address: text, family: 'ipv4' }
  if (version === 0) return undefined
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  const inside = mapped.exec(address)?.[1]
  return inside === undefined ? { address, family: 'ipv6' } : { address: inside, family: 'ipv4' }
}

/** A range in its one spelling: `192.0.2.0/24`, `2001:db8::/32`; a single address has all its bits. */
export function canonicalRange(text: string): string | undefined {
  const range = readRange(text)
  return range && `${range.address}/${range.bits}`
}

/** The set of ranges that were checked before. @throws RangeError for what is no range */
export function createAddressSet(ranges: readonly string[]): AddressSet {
  // One list a family: a BlockList takes IPv4 for mapped IPv6, so that ::/0 would hold all of it.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const text of ranges) {
    const range = readRange(text)
    if (range === undefined) throw new RangeError('not a range of addresses')
    lists[range.family].addSubnet(range.address, range.bits, range.family)
  }
  return { has: ({ address, family }) => lists[family].check(address, family) }
}

/** The block that stands for an address where the address itself would say too much: 256 of IPv4, a /48 of IPv6. */
export function blockOf(text: string): string | undefined {
  const found = readAddress(text)
  if (found === undefined) return undefined
  const bits = found.family === 'ipv4' ? 24 : 48
  return `${maskAddress(found, bits)}/${bits}`
}

/** Undefined when the text is no range, or when it names an address inside its network ("10.0.0.5/8"). */
function readRange(text: string): NetworkRange | undefined {
  const [, base = '', prefix] = /^([0-9a-fA-F.:]{2,45})(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? []
  const found = readAddress(base)
  if (found === undefined) return undefined
  const bits = readBits(found, base, prefix)
  if (bits === undefined || maskAddress(found, bits) !== found.address) return undefined
  return { ...found, bits }
}

function readBits({ family }: NetworkAddress, base: string, prefix: string | undefined): number | undefined {
  const longest = family === 'ipv4' ? 32 : 128
  if (prefix === undefined) return longest
  const bits = Number(prefix) - (family === 'ipv4' && base.includes(':') ? mappedBits : 0)
  return bits >= 0 && bits <= longest ? bits : undefined
}

function maskAddress({ address, family }: NetworkAddress, bits: number): string {
  return family === 'ipv4' ? maskGroups(address.split('.').map(Number), 8, bits).join('.') : maskIpv6(address, bits)
}

function maskIpv6(address: string, bits: number): string {
  const groups = expandIpv6(address)
  const masked = maskGroups(groups, 16, bits)
    .map((group) => group.toString(16))
    .join(':')
  return new SocketAddress({ address: masked, family: 'ipv6' }).address
}

/** The eight groups of an address as the system spells it. */
function expandIpv6(address: string): number[] {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const [a = 0, b = 0, c = 0, d = 0] = (dotted?.slice(1) ?? []).map(Number)
  const hexadecimal = dotted
    ? `${address.slice(0, dotted.index)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
    : address
  const [head = '', tail] = hexadecimal.split('::')
  const parse = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const [left, right] = [parse(head), parse(tail ?? '')]
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right]
}

function maskGroups(groups: readonly number[], width: number, bits: number): number[] {
  return groups.map((group, index) => {
    const kept = Math.min(width, Math.max(0, bits - index * width))
    return group & ~((1 << (width - kept)) - 1)
  })
}
