/**
 * TLS to one known server. Trust is the pin, the SHA-256 of the server's public key in the login string: there is no
 * authority to ask, and nothing is sent before the key was compared.
 */
import { createHash, timingSafeEqual, type X509Certificate } from 'node:crypto'
import { connect, type TLSSocket } from 'node:tls'
import { CliError, exitCodes } from '../errors.ts'

export type PinnedAddress = {
  readonly host: string
  readonly port: number
  /** base64url SHA-256 of the SubjectPublicKeyInfo. */
  readonly pin: string
}

/** What a chain without a public authority reports; every other fault of a certificate refuses the connection. */
const chainFaults = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** A connected socket whose server proved that it holds the pinned key. Throws `server.pin_mismatch`. */
export function connectPinned(address: PinnedAddress, timeoutMs: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address.host,
      port: address.port,
      ...(isName(address.host) ? { servername: address.host } : {}),
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
    })
    const refuse = (error: Error): void => {
      socket.destroy()
      reject(error)
    }
    socket.setTimeout(timeoutMs, () => refuse(timedOut()))
    socket.once('error', refuse)
    socket.once('secureConnect', () => {
      const fault = findFault(socket, address.pin)
      if (fault !== undefined) return refuse(fault)
      socket.setTimeout(0)
      socket.off('error', refuse)
      socket.setNoDelay(true)
      resolve(socket)
    })
  })
}

function findFault(socket: TLSSocket, pin: string): Error | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined || !equalText(readPin(certificate), pin)) return mismatch()
  // Node's types promise an Error; what it sets is the code as text.
  const reported: unknown = socket.authorizationError
  const fault = reported instanceof Error && 'code' in reported ? reported.code : reported
  if (socket.authorized || (typeof fault === 'string' && chainFaults.has(fault))) return undefined
  return new CliError('server.pin_mismatch', `the server's certificate is not sound (${String(fault)})`, clockRemedy, {
    exitCode: exitCodes.failed,
  })
}

const clockRemedy = 'check this machine’s clock; restart the server, which renews its certificate by itself.'

function readPin(certificate: X509Certificate): string {
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(key).digest('base64url')
}

function equalText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function isName(host: string): boolean {
  return /[a-z]/i.test(host) && !host.includes(':')
}

function mismatch(): CliError {
  return new CliError(
    'server.pin_mismatch',
    'the server at this address does not hold the key that your login string pins',
    'do not go on: someone may stand between. If the server’s key was replaced on purpose, get a new login string.',
    { exitCode: exitCodes.failed },
  )
}

function timedOut(): Error {
  return Object.assign(new Error('The connection could not be opened in time'), { code: 'ETIMEDOUT' })
}
