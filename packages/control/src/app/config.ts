/** What the control plane is told from outside, checked before anything starts. */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineErrors } from '../platform/errors.ts'
import type { ServerAddress } from '../platform/database/server-address.ts'
import { canonicalRange } from '../platform/network-address.ts'
import { readDatabaseUrl } from '../platform/database/server-address.ts'
import { readOutgoingSettings, type OutgoingSettings } from '../platform/outgoing/settings.ts'
import { readMailSettings, type MailSettings } from '../platform/mail-settings.ts'

export const failConfig = defineErrors({
  'config.home_missing': {
    status: 500,
    message: 'KEYHOLD_HOME is not set.',
    remedy: 'Start with "npm start", or set KEYHOLD_HOME to a folder that only you can read.',
  },
  'config.port_invalid': {
    status: 500,
    message: 'KEYHOLD_PORT is not a port.',
    remedy: 'Set it to a number from 1 to 65535, or leave it out for 8443.',
  },
  'config.host_invalid': {
    status: 500,
    message: 'KEYHOLD_HOST is not an address of this machine.',
    remedy: 'Set it to an address such as 127.0.0.1 or 0.0.0.0, or leave it out for 127.0.0.1.',
  },
  'config.url_invalid': {
    status: 500,
    message: 'KEYHOLD_URL is not the address of an installation.',
    remedy: 'Set it to where people reach it, such as https://keyhold.example.org, without a path.',
  },
  'config.port_in_use': {
    status: 500,
    message: 'Another program uses this port.',
    remedy: 'Stop it, or choose another with KEYHOLD_PORT.',
  },
  'config.port_forbidden': {
    status: 500,
    message: 'This user may not open this port.',
    remedy: 'Choose one above 1023 with KEYHOLD_PORT.',
  },
  'config.custody_invalid': {
    status: 500,
    message: 'KEYHOLD_CUSTODY is not a mode of custody.',
    remedy: 'Set it to demo, hosted or yours, or leave it out for demo.',
  },
  'config.outgoing_invalid': {
    status: 500,
    message: 'KEYHOLD_OUTGOING_ALLOW, KEYHOLD_OUTGOING_CA or KEYHOLD_DNS_SERVERS cannot be used.',
    remedy:
      'Set the first to ranges or host names such as 10.1.0.0/24,login.example.internal, the second to a readable PEM file, the third to addresses such as 10.1.0.53.',
  },
  'config.trusted_proxies_invalid': {
    status: 500,
    message: 'KEYHOLD_TRUSTED_PROXIES is not a list of network ranges.',
    remedy: 'Set it to ranges such as 10.1.0.0/24,2001:db8::/64, or leave it out when no proxy stands in front.',
  },
})

const custodies = ['demo', 'hosted', 'yours'] as const
export type Custody = (typeof custodies)[number]

export type ControlConfig = {
  /** Folder of both planes; this one's is `control` in it. */
  readonly home: string
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
  /** A PostgreSQL that runs elsewhere; undefined starts the embedded one. */
  readonly databaseServer?: ServerAddress
  readonly custody: Custody
  /** How mail is sent; to the outbox when left out. */
  readonly mail?: MailSettings
  /** Where people reach this installation, without a path; https://localhost and the port when left out. */
  readonly publicUrl?: string
  /** The built web app; where there is none a plain page is served. */
  readonly webFolder?: string
  /** What may be called besides public addresses, and who is trusted; nothing when left out. */
  readonly outgoing?: OutgoingSettings
  /** Ranges of the proxies whose X-Forwarded-For is believed; undefined for none. */
  readonly trustedProxies?: readonly string[]
}

/** Where a build of this workspace leaves it. */
const builtWeb = fileURLToPath(new URL('../../../web/dist', import.meta.url))

/**
 * Reads the environment: KEYHOLD_HOME, KEYHOLD_PORT, KEYHOLD_HOST, KEYHOLD_CUSTODY, KEYHOLD_WEB, KEYHOLD_SMTP_URL,
 * KEYHOLD_MAIL_FROM, KEYHOLD_URL, KEYHOLD_TRUSTED_PROXIES, KEYHOLD_OUTGOING_ALLOW, KEYHOLD_OUTGOING_CA,
 * KEYHOLD_DNS_SERVERS, DATABASE_URL.
 *
 * @throws `config.…` naming the variable, never its value
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): ControlConfig {
  const { KEYHOLD_HOME: home, DATABASE_URL: url, KEYHOLD_TRUSTED_PROXIES: proxies } = environment
  if (!home) throw failConfig('config.home_missing')
  return {
    home: resolve(home),
    port: readPort(environment['KEYHOLD_PORT'] ?? '8443'),
    host: readHost(environment['KEYHOLD_HOST'] ?? '127.0.0.1'),
    custody: readCustody(environment['KEYHOLD_CUSTODY'] ?? 'demo'),
    webFolder: resolve(environment['KEYHOLD_WEB'] ?? builtWeb),
    mail: readMailSettings(environment),
    outgoing: readOutgoing(environment),
    ...readPublicUrl(environment['KEYHOLD_URL']),
    ...(url && { databaseServer: readDatabaseUrl(url) }),
    ...(proxies && { trustedProxies: readRanges(proxies) }),
  }
}

function readOutgoing(environment: Parameters<typeof readOutgoingSettings>[0]): OutgoingSettings {
  const settings = readOutgoingSettings(environment)
  if (settings === undefined) throw failConfig('config.outgoing_invalid')
  return settings
}

function readRanges(text: string): string[] {
  return text.split(',').map((entry) => {
    const range = canonicalRange(entry.trim())
    if (range === undefined) throw failConfig('config.trusted_proxies_invalid')
    return range
  })
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port >= 0 && port <= 65_535)) throw failConfig('config.port_invalid')
  return port
}

/** The links in mails; never from a request's Host header, which whoever asks for a reset chooses. */
function readPublicUrl(text: string | undefined): { publicUrl?: string } {
  if (!text) return {}
  const url = URL.parse(text)
  if (url?.protocol !== 'https:' || url.href !== `${url.origin}/`) throw failConfig('config.url_invalid')
  return { publicUrl: url.origin }
}

function readHost(text: string): string {
  if (!/^[0-9a-zA-Z.:-]{1,253}$/.test(text)) throw failConfig('config.host_invalid')
  return text
}

function readCustody(text: string): Custody {
  const custody = custodies.find((known) => known === text)
  if (!custody) throw failConfig('config.custody_invalid')
  return custody
}
