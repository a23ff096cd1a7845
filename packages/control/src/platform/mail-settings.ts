/** How the control plane sends mail, as it is told from outside. */
import { defineErrors } from './errors.ts'

const failMailSettings = defineErrors({
  'config.smtp_invalid': {
    status: 500,
    message: 'KEYHOLD_SMTP_URL is not the address of a mail server.',
    remedy: 'Set it to smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:587, special characters as %XX.',
  },
  'config.mail_from_missing': {
    status: 500,
    message: 'KEYHOLD_SMTP_URL is set, KEYHOLD_MAIL_FROM is not.',
    remedy: 'Set KEYHOLD_MAIL_FROM to the address that mails are sent from, such as keyhold@example.org.',
  },
  'config.mail_from_invalid': {
    status: 500,
    message: 'KEYHOLD_MAIL_FROM is not a plain e-mail address.',
    remedy: 'Set it to an address alone, such as keyhold@example.org, without a name or brackets.',
  },
})

export type SmtpServer = {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise STARTTLS, which only a server on this machine may lack. */
  readonly implicitTls: boolean
  readonly auth?: { readonly user: string; readonly pass: string }
}

export type MailSettings = {
  /** Undefined writes mails to the outbox. */
  readonly smtp?: SmtpServer
  readonly from: string
}

/** An address that can stand in a header and in SMTP as it is: no blanks, brackets, quotes or lists. */
const plainAddress = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@[^\s@<>()[\]\\,;:"\p{Cc}]{1,190}$/u

export function isPlainAddress(text: string): boolean {
  return plainAddress.test(text)
}

/**
 * Reads KEYHOLD_SMTP_URL and KEYHOLD_MAIL_FROM.
 *
 * @throws `config.smtp_invalid`, `config.mail_from_missing`, `config.mail_from_invalid`; never with a value
 */
export function readMailSettings(environment: Readonly<Record<string, string | undefined>>): MailSettings {
  const { KEYHOLD_SMTP_URL: url, KEYHOLD_MAIL_FROM: from } = environment
  if (from && !isPlainAddress(from)) throw failMailSettings('config.mail_from_invalid')
  if (!url) return { from: from || 'keyhold@localhost' }
  const smtp = readServer(url)
  if (!from) throw failMailSettings('config.mail_from_missing')
  return { smtp, from }
}

function readServer(text: string): SmtpServer {
  const url = URL.parse(text)
  const known = url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== ''
  if (!known || url.search !== '' || url.hash !== '' || !/^\/?$/.test(url.pathname)) {
    throw failMailSettings('config.smtp_invalid')
  }
  const implicitTls = url.protocol === 'smtps:'
  const auth = url.username === '' ? {} : { auth: { user: decode(url.username), pass: decode(url.password) } }
  const port = Number(url.port) || (implicitTls ? 465 : 587)
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, implicitTls, ...auth }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // No cause: its message quotes the text.
    throw failMailSettings('config.smtp_invalid')
  }
}
