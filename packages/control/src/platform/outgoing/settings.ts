/** What the control plane may call by itself, beyond public addresses. */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { canonicalRange } from '../network-address.ts'

export type OutgoingSettings = {
  /** Ranges of addresses that may be called though they are not public. */
  readonly ranges: readonly string[]
  /** Hosts that may be called whatever their addresses and ports are; lower case. */
  readonly hosts: readonly string[]
  /** PEM of authorities that are trusted besides the usual ones. */
  readonly authorities: string | undefined
  /** Name servers, `address` or `address:port`; the system's when empty. */
  readonly dnsServers: readonly string[]
}

export const noOutgoing: OutgoingSettings = { ranges: [], hosts: [], authorities: undefined, dnsServers: [] }

/**
 * Reads KEYHOLD_OUTGOING_ALLOW (ranges and host names), KEYHOLD_OUTGOING_CA (a PEM file) and KEYHOLD_DNS_SERVERS;
 * undefined when one of them cannot be used.
 */
export function readOutgoingSettings(
  environment: Readonly<Record<string, string | undefined>>,
): OutgoingSettings | undefined {
  const ranges: string[] = []
  const hosts: string[] = []
  for (const entry of readList(environment['KEYHOLD_OUTGOING_ALLOW'])) {
    const range = canonicalRange(entry)
    if (range !== undefined) ranges.push(range)
    else if (/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(entry) && /[a-z]/.test(entry)) hosts.push(entry)
    else return undefined
  }
  const dnsServers = readList(environment['KEYHOLD_DNS_SERVERS'])
  if (!dnsServers.every(isServer)) return undefined
  const authorities = readAuthorities(environment['KEYHOLD_OUTGOING_CA'])
  return authorities === null ? undefined : { ranges, hosts, authorities, dnsServers }
}

function readList(text = ''): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
}

function isServer(text: string): boolean {
  const [, bracketed] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text) ?? []
  return isIP(text) > 0 || isIP(bracketed ?? text.replace(/:\d{1,5}$/, '')) > 0
}

/** Null when there is no such file, or no certificate in it. */
function readAuthorities(path: string | undefined): string | undefined | null {
  if (!path) return undefined
  try {
    const text = readFileSync(path, 'utf8')
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : null
  } catch {
    return null
  }
}
