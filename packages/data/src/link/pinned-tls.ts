/** TLS to the control plane. Trust is the pin alone: the SHA-256 of the server's public key, given at enrolment. */
import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto'
import { connect, type TLSSocket } from 'node:tls'
import { DataError } from '../errors.ts'

export type ServerAddress = {
  /** `https://host:port`, nothing more. */
  readonly url: string
  /** base64url SHA-256 of the server's SubjectPublicKeyInfo. */
  readonly pin: string
}

const connectTimeout = 10_000

/** A connected socket whose server proved (TLS 1.3 handshake) that it holds the pinned key. @throws `link.wrong_server` */
export function connectPinned(address: ServerAddress): Promise<TLSSocket> {
  const { hostname, port } = new URL(address.url)
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      ...(/[a-z]/i.test(host) && !host.includes(':') && { servername: host }),
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      // The pin below replaces the chain of authorities; nothing is sent before it was compared.
      rejectUnauthorized: false,
    })
    const refuse = (error: Error) => {
      socket.destroy()
      reject(error)
    }
    socket.setTimeout(connectTimeout, () => refuse(away()))
    socket.once('error', refuse)
    socket.once('secureConnect', () => {
      if (!hasPin(socket.getPeerX509Certificate(), address.pin)) return refuse(wrongServer())
      socket.setTimeout(0)
      socket.setNoDelay(true)
      socket.off('error', refuse)
      resolve(socket)
    })
  })
}

/** base64url SHA-256 of a certificate's SubjectPublicKeyInfo. */
export function pinOf(certificate: X509Certificate): string {
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(key).digest('base64url')
}

function hasPin(certificate: X509Certificate | undefined, pin: string): boolean {
  if (!certificate) return false
  const [seen, wanted] = [Buffer.from(pinOf(certificate)), Buffer.from(pin)]
  return seen.length === wanted.length && timingSafeEqual(seen, wanted)
}

function wrongServer(): DataError {
  return new DataError(
    'link.wrong_server',
    'The server at the control plane’s address does not hold the pinned key.',
    'Check KEYHOLD_CONTROL_URL; if the operator replaced the control plane’s key and told you so, start with KEYHOLD_SERVER_PIN set to the new one.',
  )
}

function away(): DataError {
  return new DataError(
    'link.away',
    'The control plane does not answer.',
    'Check that it runs and KEYHOLD_CONTROL_URL names it.',
  )
}
