/** What owners are told by mail about the proofs of their domains. */
import type { Mail } from '../../platform/mail.ts'

export type DomainEvent = {
  readonly domain: string
  /** It ends now; else it is the first time that it was not found. */
  readonly ends: boolean
  /** With it “single sign-on only” ended. */
  readonly onlyEnded: boolean
  /** When it will end. */
  readonly until: Date
}

const closing = '-- \nKeyhold sends this to the owners of an organisation. Nobody reads answers to it.\n'

export function writeDomainMail(to: string, url: string, { domain, ends, onlyEnded, until }: DomainEvent): Mail {
  const gone = [
    `Neither the DNS record nor the file that proves ${domain} was found today by Keyhold at`,
    url,
    '',
    `If it is not put back, the proof ends on ${until.toISOString().slice(0, 10)}: nobody joins or finds single sign-on`,
    'by this domain from then on, and if it is the last one, “single sign-on only” ends and passwords count again.',
    'The text to put there is in the settings, under “Single sign-on”.',
  ]
  const over = [
    `The proof of ${domain} was not found for fourteen days and has ended at`,
    url,
    '',
    ...(onlyEnded ? ['It was the last one: “single sign-on only” has ended, and passwords count again.'] : []),
    'Prove the domain again in the settings, under “Single sign-on”.',
  ]
  const subject = ends ? `The proof of ${domain} has ended` : `The proof of ${domain} is gone`
  return { to, subject, text: [...(ends ? over : gone), '', closing].join('\n') }
}
