/** A session for who has shown all that is asked for; a place not seen before is told to the person (CLU-12). */
import type { Transaction } from '../../platform/database/transaction.ts'
import { describePerson } from './accounts.ts'
import { writeNewPlaceMail } from './password-mails.ts'
import { listPeopleRows } from './people-store.ts'
import { openSession, type Session, type SessionPlace } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'
import { describePlace, notePlace } from './sign-in-places.ts'

/** Part of the caller's transaction; the mail goes out after it. */
export async function enter(setting: PeopleSetting, tx: Transaction, place: SessionPlace): Promise<Session> {
  if (await notePlace(setting, tx, place)) await tellOfPlace(setting, tx, place)
  return openSession(setting, tx, place)
}

async function tellOfPlace(setting: PeopleSetting, tx: Transaction, place: SessionPlace): Promise<void> {
  const { queueMail, now, readUrl } = setting
  const [stored] = await listPeopleRows(tx, place.person)
  if (stored === undefined) return
  const { email } = describePerson(setting, stored)
  const letter = writeNewPlaceMail(email, readUrl(), { ...describePlace(place), time: now() })
  await queueMail(tx, place.organisation, letter)
}
