/** The mail that carries an invitation. */
import type { Invited } from './invite-member.ts'
import type { Mail } from '../../platform/mail.ts'

type Facts = Invited & { readonly organisation: string; readonly organisationName: string; readonly server: string }

/**
 * The link's fragment is never sent to a server. It names no anchor: a mail that this server writes could name any, so
 * the page shows the fingerprint for comparing instead. The inviter's own link, which a client makes, pins it.
 */
export function writeInvitation({ invitation, secret, organisation, organisationName, server }: Facts): Mail {
  const link = `${server}/invitation#o=${organisation}&s=${secret}`
  const text = [
    `You are invited to ${clean(organisationName)} on Keyhold, as ${invitation.role}.`,
    `Open this link within seven days; it works once, with this address:`,
    link,
    `If you do not know why you get this, do nothing: no account was made.`,
  ].join('\n\n')
  return { to: invitation.email, subject: `Invitation to ${clean(organisationName)}`, text }
}

/** One line: a title must not add lines or headers to a mail. */
function clean(title: string): string {
  return title.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
