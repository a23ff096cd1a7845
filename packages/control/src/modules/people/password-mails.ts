/** What people are told by mail about their passwords and sign-ins. Plain words, no value of customers' data. */
import type { Mail } from '../../platform/mail.ts'

const closing = '-- \nKeyhold sends this to the address of an account. Nobody reads answers to it.\n'

/** The secret stands in the fragment, which browsers send to no server and name to no other site. */
export function writeResetMail(to: string, url: string, secret: string): Mail {
  return {
    to,
    subject: 'Choose a new Keyhold password',
    text: [
      'Someone, probably you, asked to choose a new password for this account at',
      url,
      '',
      'Open this link within 30 minutes. It works once:',
      `${url}/reset-password#${secret}`,
      '',
      'If you did not ask for it, do nothing: your password stays as it is.',
      '',
      closing,
    ].join('\n'),
  }
}

export function writeChangedMail(to: string, url: string, time: Date, how: 'changed' | 'reset'): Mail {
  const way = how === 'changed' ? 'changed by someone who was signed in' : 'set anew with a link from a mail'
  return {
    to,
    subject: 'Your Keyhold password was changed',
    text: [
      `The password of your account at ${url}`,
      `was ${way} on ${formatTime(time)}. Other sessions of yours have ended.`,
      '',
      'If it was not you, choose a new one at once and tell an administrator of your organisation:',
      `${url}/forgot-password`,
      '',
      closing,
    ].join('\n'),
  }
}

export type NewPlace = { readonly block: string; readonly program: string; readonly time: Date }

export function writeNewPlaceMail(to: string, url: string, { block, program, time }: NewPlace): Mail {
  return {
    to,
    subject: 'A sign-in from somewhere new',
    text: [
      `Someone signed in to your account at ${url}`,
      'from a network or with a program that you have not used here before.',
      '',
      `When      ${formatTime(time)}`,
      `Network   ${block}`,
      `Program   ${program}`,
      '',
      'If it was you, there is nothing to do. If not, choose a new password at once: it ends all sessions.',
      `${url}/forgot-password`,
      '',
      closing,
    ].join('\n'),
  }
}

export function writeBreakGlassMail(
  to: string,
  url: string,
  { by, time }: { readonly by: string; readonly time: Date },
): Mail {
  return {
    to,
    subject: 'A break-glass password was used',
    text: [
      `Your organisation at ${url} lets its members in by single sign-on alone.`,
      `On ${formatTime(time)} the password of the break-glass owner`,
      by,
      'was entered rightly. The audit log has more.',
      '',
      'If you do not know why, end that person’s sessions and choose another break-glass owner.',
      '',
      closing,
    ].join('\n'),
  }
}

function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' at ')} UTC`
}
