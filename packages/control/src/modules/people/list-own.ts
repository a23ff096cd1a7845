/** What is kept about a person's account and sessions, opened for that person alone. */
import type { Transaction } from '../../platform/database/transaction.ts'
import { describePerson } from './accounts.ts'
import { listPeopleRows } from './people-store.ts'
import type { PeopleSetting } from './setting.ts'
import { addressContext, programContext } from './sessions.ts'

type OwnSession = { id: string; created: string; lastUsed: string; expires: string; expiresIdle: string }

export type OwnAccount = {
  readonly account: ReturnType<typeof describePerson> | null
  readonly sessions: readonly (OwnSession & { readonly address: string; readonly program: string | null })[]
}

/** `account` is null when there is none any more. @throws `platform_key.cannot_open` */
export async function readOwnAccount(setting: PeopleSetting, tx: Transaction, person: string): Promise<OwnAccount> {
  const [[stored], sessions] = await Promise.all([
    listPeopleRows(tx, person),
    tx.sql<OwnSession & { organisation: string; addressSealed: Buffer; programSealed: Buffer | null }>(
      `SELECT organisation, id, created, last_used AS "lastUsed", expires_absolute AS expires,
         expires_idle AS "expiresIdle", address_sealed AS "addressSealed",
         program_sealed AS "programSealed"
       FROM sessions WHERE person = $1 ORDER BY created`,
      [person],
    ),
  ])
  const open = (context: string, sealed: Buffer) => setting.platformKey.open('account', context, sealed).toString()
  return {
    account: stored === undefined ? null : describePerson(setting, stored),
    sessions: sessions.map(({ organisation, addressSealed, programSealed, ...session }) => ({
      ...session,
      address: open(addressContext(organisation, session.id), addressSealed),
      program: programSealed && open(programContext(organisation, session.id), programSealed),
    })),
  }
}

/** Deletes sessions that have run out, and with them the addresses that they began from. */
export async function dropEndedSessions(tx: Transaction, now: string): Promise<number> {
  const rows = await tx.sql('DELETE FROM sessions WHERE expires_idle <= $1 OR expires_absolute <= $1 RETURNING id', [
    now,
  ])
  return rows.length
}
