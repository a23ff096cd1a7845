/** What the data plane is told: the environment, and one line of JSON on standard input. */
import { resolve } from 'node:path'
import type { ServerAddress } from '../link/pinned-tls.ts'
import { readSandboxChoice } from '../engine/sandbox.ts'
import { DataError } from '../errors.ts'

const custodies = ['demo', 'hosted', 'yours'] as const
type Custody = (typeof custodies)[number]

export type Config = {
  /** The data plane's own folder. */
  readonly folder: string
  readonly custody: Custody
  readonly demandAttested: boolean
  /** Overrides the address that was kept at enrolment. */
  readonly controlUrl: string | undefined
  /** Overrides the pin that was kept at enrolment: the word of who runs this data plane that the server's key is another now. */
  readonly serverPin: string | undefined
}

/** First line of standard input. */
export type StartLine = {
  readonly enrolment?: { readonly token: string } | null
  readonly serverPin?: string
  readonly url?: string
  /** The key file's passphrase; in demo custody it is kept beside the key file instead. */
  readonly passphrase?: string
}

/** @throws `config.invalid`, naming the variable */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const custody = custodies.find((known) => known === (environment['KEYHOLD_CUSTODY'] ?? 'demo'))
  if (!custody) throw invalid('KEYHOLD_CUSTODY', `one of ${custodies.join(', ')}`)
  const attested = environment['KEYHOLD_ATTESTED'] ?? 'record'
  if (attested !== 'record' && attested !== 'demand') throw invalid('KEYHOLD_ATTESTED', 'record or demand')
  if (!readSandboxChoice(environment)) throw invalid('KEYHOLD_SANDBOX', 'best, off or required')
  const controlUrl = environment['KEYHOLD_CONTROL_URL']
  if (controlUrl !== undefined) assertUrl(controlUrl, 'KEYHOLD_CONTROL_URL')
  const serverPin = environment['KEYHOLD_SERVER_PIN']
  if (serverPin !== undefined && !/^[A-Za-z0-9_-]{43}$/.test(serverPin))
    throw invalid('KEYHOLD_SERVER_PIN', 'the 43 characters that the control plane names as its serverPin')
  return {
    folder: resolve(environment['KEYHOLD_HOME'] ?? '.keyhold', 'data'),
    custody,
    demandAttested: attested === 'demand',
    controlUrl,
    serverPin,
  }
}

/** @throws `config.invalid` */
export function parseStartLine(line: string): StartLine {
  let value: unknown
  try {
    value = JSON.parse(line.trim() === '' ? '{}' : line)
  } catch {
    throw invalid('standard input', 'a line of JSON')
  }
  if (!isStartLine(value)) throw invalid('standard input', 'JSON with enrolment.token, serverPin, url, passphrase')
  if (value.url !== undefined) assertUrl(value.url, 'url on standard input')
  return value
}

/** The control plane's address: what is given now, else what was kept. */
export function chooseAddress(config: Config, line: StartLine, kept: ServerAddress | undefined): ServerAddress {
  const url = config.controlUrl ?? line.url ?? kept?.url
  const pin = line.serverPin ?? kept?.pin
  if (url === undefined || pin === undefined)
    throw invalid('KEYHOLD_CONTROL_URL and serverPin', 'given at the first start')
  // Once enrolled, only that server is believed, whatever it or its starter gives; who runs the data plane may say otherwise.
  return { url, pin: config.serverPin ?? kept?.pin ?? pin }
}

function isStartLine(value: unknown): value is StartLine {
  if (typeof value !== 'object' || value === null) return false
  const { enrolment, serverPin, url, passphrase } = value as Partial<Record<string, unknown>>
  const texts = [serverPin, url, passphrase].every((text) => text === undefined || typeof text === 'string')
  if (enrolment === undefined || enrolment === null) return texts
  return (
    texts &&
    typeof enrolment === 'object' &&
    enrolment !== null &&
    'token' in enrolment &&
    typeof enrolment.token === 'string'
  )
}

function assertUrl(url: string, what: string): void {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') throw invalid(what, 'an https address')
}

function invalid(what: string, rule: string): DataError {
  return new DataError('config.invalid', `${what} must be ${rule}.`, 'Correct it and start again.')
}
