/**
 * Mails: owns what waits to be sent. A mail is queued in the transaction of what it tells of, so that nothing is mailed
 * for what was rolled back and nothing committed goes untold: whatever ends in between, a server that runs takes it up.
 * It is sent at least once, and after 24 hours no more.
 */
import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Log } from '../../platform/log.ts'
import type { Mail, Mailer } from '../../platform/mail.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import { deleteMail, dropOldMails, holdMails, insertMail, takeMails, type WaitingMail } from './store.ts'

export type MailsSetting = {
  readonly database: Database
  readonly platformKey: PlatformKey
  readonly mailer: Pick<Mailer, 'send'>
  readonly log: Log
  readonly now: () => Date
}

/** Part of the caller's transaction; it goes out when that has committed. */
export type QueueMail = (tx: Transaction, organisation: string, mail: Mail) => Promise<void>

export type MailsModule = {
  readonly queue: QueueMail
  /** Takes up what no server has in hand, and drops what is too old. To be called every minute. */
  readonly sweep: () => Promise<void>
  /** Resolves when what was sent is no longer noted as waiting. */
  readonly settle: () => Promise<void>
}

/** A server that says nothing of a mail for so long, in ms, has lost it. Longer than two sweeps are apart. */
const lease = 3 * 60_000
const longestWait = 24 * 3600_000
const mostTaken = 100

export function createMails({ database, platformKey, mailer, log, now }: MailsSetting): MailsModule {
  const inHand = new Map<string, string>()
  const ending = new Set<Promise<void>>()
  const at = (ahead: number) => new Date(now().getTime() + ahead).toISOString()

  function send(organisation: string, id: string, mail: Mail): void {
    inHand.set(id, organisation)
    void mailer.send(mail, (done) => {
      inHand.delete(id)
      if (done) forget(organisation, id)
    })
  }
  function forget(organisation: string, id: string): void {
    const end = database
      .withTenant({ organisation }, (tx) => deleteMail(tx, id))
      // It stays noted, and is sent once more.
      .catch((cause: unknown) => log.error('mails.not_forgotten', { organisation }, cause))
      .finally(() => ending.delete(end))
    ending.add(end)
  }
  function open(organisation: string, { id, sealed }: WaitingMail): Mail {
    return JSON.parse(platformKey.open('account', context(organisation, id), sealed).toString()) as Mail
  }
  /** One that cannot be opened holds nobody else's up, and goes with its age. */
  function sendKept(organisation: string, mail: WaitingMail): void {
    try {
      send(organisation, mail.id, open(organisation, mail))
    } catch (cause) {
      log.error('mails.unreadable', { organisation }, cause)
    }
  }
  async function sweepOne(organisation: string): Promise<void> {
    const own = [...inHand].flatMap(([id, whose]) => (whose === organisation ? [id] : []))
    const { dropped, taken } = await database.withTenant({ organisation }, async (tx) => ({
      dropped: await dropOldMails(tx, at(-longestWait)),
      held: await holdMails(tx, own, at(lease)),
      taken: await takeMails(tx, at(0), at(lease), mostTaken),
    }))
    if (dropped > 0) log.error('mails.given_up', { organisation, count: dropped })
    for (const mail of taken) sendKept(organisation, mail)
  }
  return {
    async queue(tx, organisation, mail) {
      const id = randomUUIDv7()
      const sealed = platformKey.seal('account', context(organisation, id), JSON.stringify(mail))
      await insertMail(tx, { organisation, id, sealed, created: at(0), takenUntil: at(lease) })
      tx.onCommit(() => send(organisation, id, mail))
    },
    async sweep() {
      for (const { organisation } of await database.lookUp.organisations()) await sweepOne(organisation)
    },
    async settle() {
      await Promise.all(ending)
    },
  }
}

const context = (organisation: string, id: string) => `mails/${organisation}/${id}`
