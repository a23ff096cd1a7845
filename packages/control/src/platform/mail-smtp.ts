/** Mail over SMTP, always inside TLS; only a server on this machine may be spoken to without. */
import { composeMail } from './mail-message.ts'
import type { SmtpServer } from './mail-settings.ts'
import type { Deliver } from './mail.ts'

const patience = 20_000
const thisMachine = new Set(['localhost', '127.0.0.1', '::1'])

export function openSmtp(server: SmtpServer, from: string, authority: string | undefined): Deliver {
  const { host, port, implicitTls, auth } = server
  return async (mail) => {
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({
      host,
      port,
      secure: implicitTls,
      requireTLS: !implicitTls && !thisMachine.has(host),
      tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(authority !== undefined && { ca: authority }) },
      connectionTimeout: patience,
      greetingTimeout: patience,
      socketTimeout: patience,
      ...(auth && { auth }),
    })
    await transport.sendMail(composeMail(mail, from))
  }
}
