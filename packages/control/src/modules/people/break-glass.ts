/** Passwords where single sign-on is the only way: whose count, and telling the owners of each use of one. */
import type { Transaction } from '../../platform/database/transaction.ts'
import { openEmail } from './accounts.ts'
import { writeBreakGlassMail } from './password-mails.ts'
import { listPeopleRows } from './people-store.ts'
import type { PeopleSetting } from './setting.ts'

/** Whether the organisation lets its members in by single sign-on alone. */
export async function isOnlyProvider(tx: Transaction): Promise<boolean> {
  return (await tx.sql<{ only: boolean }>('SELECT only_provider() AS only'))[0]?.only === true
}

export async function passwordCounts(tx: Transaction, person: string): Promise<boolean> {
  return (await tx.sql<{ counts: boolean }>('SELECT password_counts($1) AS counts', [person]))[0]?.counts === true
}

export async function isBreakGlass(tx: Transaction, person: string): Promise<boolean> {
  return (await tx.sql('SELECT person FROM break_glass_owners WHERE person = $1', [person])).length === 1
}

/**
 * After a right password: where no other way is usual, all owners are told by mail once the transaction commits, before
 * the second factor is shown. Gives whether it was such a use.
 */
export async function tellOfBreakGlass(setting: PeopleSetting, tx: Transaction, person: string): Promise<boolean> {
  if (!(await isOnlyProvider(tx))) return false
  const { queueMail, now, readUrl, platformKey } = setting
  const people = await listPeopleRows(tx, null)
  const used = people.find(({ id }) => id === person)
  if (used === undefined) return true
  const by = openEmail(platformKey, used)
  for (const owner of people.filter(({ role }) => role === 'owner')) {
    const letter = writeBreakGlassMail(openEmail(platformKey, owner), readUrl(), { by, time: now() })
    await queueMail(tx, owner.organisation, letter)
  }
  return true
}
