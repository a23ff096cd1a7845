/** Sessions: made at sign-in, found by their secret, ended by sign-out, by idling or by age. */
import { randomUUIDv7 } from 'node:crypto'
import type { Found } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { drawSecret, hashSecret, type FindHolder, type Holder } from '../tokens/index.ts'
import { failPeople } from './errors.ts'
import {
  deleteSession,
  deleteSessionsOf,
  insertSession,
  readSessionRow,
  touchSession,
  trimSessions,
  type StoredSession,
} from './session-store.ts'
import type { PeopleSetting } from './setting.ts'

const idleLife = 12 * 3600_000
const absoluteLife = 7 * 24 * 3600_000
const mostSessions = 50
const minute = 60_000

/** `expires`: when it ends however much it is used. */
export type Session = { readonly secret: string; readonly expires: string }

/** Makes a session in the caller's transaction; the person's oldest ones beyond fifty end. */
export async function openSession(
  setting: PeopleSetting,
  tx: Transaction,
  { organisation, person, address }: { organisation: string; person: string; address: string },
): Promise<Session> {
  const now = setting.now().getTime()
  const id = randomUUIDv7()
  const secret = drawSecret('ses')
  const expires = new Date(now + absoluteLife).toISOString()
  await insertSession(tx, {
    organisation,
    id,
    person,
    hash: hashSecret(secret),
    created: new Date(now).toISOString(),
    expiresIdle: new Date(now + idleLife).toISOString(),
    expiresAbsolute: expires,
    addressSealed: setting.platformKey.seal('account', `sessions/${organisation}/${id}/address`, address),
  })
  const ended = await trimSessions(tx, person, mostSessions, new Date(now).toISOString())
  tx.onCommit(() => ended.forEach(setting.onSessionEnded))
  return { secret, expires }
}

/** Ends a session in the caller's transaction; one that has ended already is no error. */
export async function endSession(setting: PeopleSetting, tx: Transaction, id: string): Promise<void> {
  const hash = await deleteSession(tx, id)
  if (hash !== undefined) tx.onCommit(() => setting.onSessionEnded(hash))
}

/** Ends all of a person's sessions but the one named, in the caller's transaction. */
export async function endSessionsOf(
  setting: PeopleSetting,
  tx: Transaction,
  person: string,
  except: string | null,
): Promise<void> {
  const ended = await deleteSessionsOf(tx, person, except)
  tx.onCommit(() => ended.forEach(setting.onSessionEnded))
}

/** Finds the session of a secret; a use moves its idle end on, at most once a minute. */
export function createSessionFinder({ database, now, log }: PeopleSetting): FindHolder {
  async function touch(found: Found, { lastUsed, expiresIdle }: StoredSession): Promise<void> {
    const time = now().getTime()
    const used = new Date(Math.floor(time / minute) * minute).toISOString()
    if (lastUsed >= used || expiresIdle <= now().toISOString()) return
    await database.withTenant(found, (tx) => touchSession(tx, found.id, used, new Date(time + idleLife).toISOString()))
  }
  return async (hash) => {
    const found = await database.lookUp.session(hash)
    if (found === undefined) return undefined
    const session = await database.readTenant(found, (tx) => readSessionRow(tx, found.id))
    if (session === undefined) return undefined
    // Not waited for: the next use within the idle time does it as well.
    touch(found, session).catch((cause: unknown) => log.error('session.touch_failed', { session: found.id }, cause))
    return describeHolder(found.organisation, session)
  }
}

function describeHolder(organisation: string, session: StoredSession): Holder {
  const { id, person, role, expiresIdle, expiresAbsolute } = session
  return {
    principal: { kind: 'person', id: person, organisation, role, session: id, cookie: false },
    expires: Math.min(Date.parse(expiresIdle), Date.parse(expiresAbsolute)),
    whenExpired: failPeople('session.expired'),
  }
}
