/** Which addresses are on the public Internet: of IPv6 what is given out for it, of IPv4 all that is not set aside. */
import { createAddressSet, readAddress } from '../network-address.ts'

/** IANA's special-purpose registries (RFC 6890 and later), multicast and what is reserved. */
const setAside = createAddressSet([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Tunnels carry IPv4 addresses inside (Teredo, 6to4): what they lead to is not looked at.
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
])
const global = createAddressSet(['0.0.0.0/0', '2000::/3'])

/** Whether it may be called without being listed. What is no address is not. */
export function isPublicAddress(text: string): boolean {
  const address = readAddress(text)
  return address !== undefined && global.has(address) && !setAside.has(address)
}
