/** Mail over SMTP, always inside TLS; only a server on this machine may be spoken to without. */
import type { SendMailOptions } from 'nodemailer'
import type { SmtpServer } from './mail-settings.ts'
import type { Deliver, Mail } from './mail.ts'

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

/** A mail as nodemailer takes it: addresses as objects, so that none is read as a list; nothing is loaded from anywhere. */
function composeMail({ to, subject, text }: Mail, from: string): SendMailOptions {
  return {
    from: { name: 'Keyhold', address: from },
    to: { name: '', address: to },
    envelope: { from, to: [to] },
    subject,
    text,
    xMailer: false,
    headers: { 'auto-submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
