/**
 * Mail to people: over SMTP when the installation has a server for it, else as files in the outbox of its home, which the
 * machine's administrator reads. What waits here is in memory; who needs more keeps the mail until it hears that it is done.
 */
import type { Log } from './log.ts'
import { isPlainAddress, type MailSettings } from './mail-settings.ts'
import { openOutbox } from './mail-outbox.ts'
import { openSmtp } from './mail-smtp.ts'

/** One mail in plain text. `subject` is one line; what would end a line in it becomes a blank. */
export type Mail = { readonly to: string; readonly subject: string; readonly text: string }

export type Mailer = {
  readonly kind: 'smtp' | 'outbox'
  /**
   * Takes a mail and resolves without waiting for its delivery, which goes on in the background. Never rejects: a mail
   * that cannot be sent (no plain address, a full queue, a server that refuses it for good) is noted in the log. `onEnd`
   * hears once whether it is done with: sent, or of no use to try again; false is for another time or server.
   */
  readonly send: (mail: Mail, onEnd?: (done: boolean) => void) => Promise<void>
  /** Resolves when nothing is under way: every mail is delivered, given up, or waits for another attempt. */
  readonly settle: () => Promise<void>
  /** Takes nothing more and waits for what is under way; what waits for a mail server is given up. */
  readonly close: () => Promise<void>
}

/** Delivers one mail. @throws when it could not; `permanent` says that trying again is of no use. */
export type Deliver = (mail: Mail) => Promise<void>

export type MailerParts = {
  readonly settings: MailSettings
  /** Folder of the mails that are not sent: `control/outbox` of the home. */
  readonly outbox: string
  readonly log: Log
  /** Told of each mail that was written to the outbox. */
  readonly onWritten?: () => void
  /** PEM of an authority to trust beside the system's. */
  readonly authority?: string
  /** Milliseconds before each further attempt; then it is given up. */
  readonly pauses?: readonly number[]
}

const minute = 60_000
const usualPauses = [5_000, 30_000, 2 * minute, 10 * minute, 30 * minute, 60 * minute, 60 * minute, 60 * minute]
const mostWaiting = 1_000

/** Opens the way that the settings name. Nothing is connected or written before the first mail. */
export function openMailer(parts: MailerParts): Mailer {
  const { settings, log, pauses = usualPauses } = parts
  const deliver = settings.smtp
    ? openSmtp(settings.smtp, settings.from, parts.authority)
    : openOutbox(parts.outbox, settings.from, parts.onWritten)
  const timers = new Set<NodeJS.Timeout>()
  let closed = false
  let waiting = 0
  // One at a time: a queue of mails is never a crowd of connections.
  let last = Promise.resolve()

  function attempt(mail: Mail, onEnd: (done: boolean) => void, failures: number): void {
    last = last.then(() => tryOnce(mail, onEnd, failures))
  }
  async function tryOnce(mail: Mail, onEnd: (done: boolean) => void, failures: number): Promise<void> {
    try {
      // Files are written still; a mail server is not waited for.
      if (closed && settings.smtp) throw new Error('closed')
      await deliver(mail)
      waiting -= 1
      onEnd(true)
    } catch (error) {
      const pause = pauses[failures]
      if (pause === undefined || closed || isPermanent(error)) {
        waiting -= 1
        onEnd(isPermanent(error))
        return log.error('mail.given_up', { attempts: failures + 1 }, error)
      }
      log.warn('mail.failed', { attempts: failures + 1, code: readCode(error) })
      const timer = setTimeout(() => {
        timers.delete(timer)
        attempt(mail, onEnd, failures + 1)
      }, pause).unref()
      timers.add(timer)
    }
  }
  async function settle(): Promise<void> {
    const seen = last
    await seen
    if (seen !== last) await settle()
  }
  return {
    kind: settings.smtp ? 'smtp' : 'outbox',
    async send({ to, subject, text }, onEnd = () => {}) {
      if (closed || waiting >= mostWaiting) {
        onEnd(false)
        return log.error('mail.refused', { waiting })
      }
      if (!isPlainAddress(to)) {
        onEnd(true)
        return log.error('mail.bad_address')
      }
      waiting += 1
      attempt({ to, subject: subject.replace(/\p{Cc}+/gu, ' ').trim(), text }, onEnd, 0)
    },
    settle,
    async close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      await settle()
    },
  }
}

/** SMTP's 5xx answers: the same mail will be refused again. Those to a sign-in may be mended by the operator. */
function isPermanent(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: number; code?: string }
  return responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH'
}

function readCode(error: unknown): string | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}
