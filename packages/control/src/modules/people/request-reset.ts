/** Asking for a link. Whoever asks learns nothing: all that depends on the address happens after the answer. */
import { randomUUIDv7 } from 'node:crypto'
import type { Found } from '../../platform/database/database.ts'
import { drawSecret, hashSecret } from '../tokens/index.ts'
import { describePerson, lookUpEmail, nobody } from './accounts.ts'
import { passwordCounts } from './break-glass.ts'
import { writeResetMail } from './password-mails.ts'
import { listPeopleRows } from './people-store.ts'
import { insertReset, trimResets } from './reset-store.ts'
import type { PeopleSetting } from './setting.ts'

const lifetime = 30 * 60_000
/** Links of one account that may be open at a time, so that nobody's mailbox is filled. */
const mostOpen = 5

/**
 * Mails a link to each account of the address. An unknown address takes the same steps up to the writing.
 *
 * @throws what the database throws; nobody waits for it
 */
export async function sendResetLinks(setting: PeopleSetting, email: string): Promise<void> {
  const found = await setting.database.lookUp.people(lookUpEmail(setting, email))
  for (const account of found.length === 0 ? [nobody] : found) await sendResetLink(setting, account)
}

async function sendResetLink(setting: PeopleSetting, { organisation, id: person }: Found): Promise<void> {
  const { database, queueMail, now, readUrl } = setting
  const secret = drawSecret('rst')
  await database.withTenant({ organisation }, async (tx) => {
    const time = now()
    const open = await trimResets(tx, person, time.toISOString())
    const [stored] = await listPeopleRows(tx, person)
    if (stored === undefined || open >= mostOpen || !(await passwordCounts(tx, person))) return
    await insertReset(tx, {
      organisation,
      id: randomUUIDv7(),
      person,
      hash: hashSecret(secret),
      created: time.toISOString(),
      expires: new Date(time.getTime() + lifetime).toISOString(),
    })
    const to = describePerson(setting, stored).email
    await queueMail(tx, organisation, writeResetMail(to, readUrl(), secret))
  })
}
