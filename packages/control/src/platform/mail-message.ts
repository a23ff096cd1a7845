import type { SendMailOptions } from 'nodemailer'
import type { Mail } from './mail.ts'

/** A mail as nodemailer takes it: addresses as objects, so that none is read as a list; nothing is loaded from anywhere. */
export function composeMail({ to, subject, text }: Mail, from: string): SendMailOptions {
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
