/**
 * The address that a call comes from. Behind proxies that the operator named (KEYHOLD_TRUSTED_PROXIES) it is the
 * right-most hop of X-Forwarded-For that is not one of them: what stands left of it, the caller may have written.
 * From anyone else, and without the setting, the header is ignored.
 */
import { readAddress, type AddressSet } from '../network-address.ts'
import { failHttp } from './errors.ts'

type Forwarded = string | readonly string[] | undefined

/**
 * `remote` is the socket's address, `forwarded` the header as Node has it. Gives null when the socket is gone.
 *
 * @throws `http.malformed_forwarding` when a trusted proxy's header is not a list of addresses
 */
export type ReadClientAddress = (remote: string | undefined, forwarded: Forwarded) => string | null

export function createAddressReader(trusted: AddressSet | undefined): ReadClientAddress {
  return (remote, forwarded) => {
    // A link-local peer has a zone, which says nothing to anyone else.
    const peer = readAddress(remote?.replace(/%.*$/, '') ?? '')
    if (peer === undefined) return remote ?? null
    if (forwarded === undefined || trusted?.has(peer) !== true) return peer.address
    const hops = readHops(forwarded)
    return (hops.findLast((hop) => !trusted.has(hop)) ?? hops[0] ?? peer).address
  }
}

/** Left to right. Entries may carry a port: `192.0.2.7:1234`, `[2001:db8::1]:1234`. */
function readHops(forwarded: string | readonly string[]) {
  return String(forwarded)
    .split(',')
    .map((entry) => {
      const hop = readAddress(withoutPort(entry.trim()))
      if (hop === undefined) throw failHttp('http.malformed_forwarding')
      return hop
    })
}

function withoutPort(text: string): string {
  const [, bracketed, plain] = /^(?:\[([0-9a-fA-F:.]+)\](?::\d{1,5})?|(\d[\d.]*):\d{1,5})$/.exec(text) ?? []
  return bracketed ?? plain ?? text
}
