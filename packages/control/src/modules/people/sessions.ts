/**
 * Sessions: made at sign-in, found by their secret, ended by sign-out, by idling or by age. For ten minutes after sign-in,
 * or after a fresh proof, which renews the secret, one may change what is sensitive.
 */
import { randomUUIDv7 } from 'node:crypto'
import type { HeldSession } from '../../platform/authoriser/protocol.ts'
import type { OpenCalls } from '../../platform/http/open-calls.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { drawSecret, hashSecret, type FindHolder, type Holder } from '../tokens/index.ts'
import { failPeople } from './errors.ts'
import {
  deleteOwnSessions,
  deleteSession,
  holdSessionRow,
  insertSession,
  listSessionIds,
  renewSessionRow,
  touchSession,
  trimSessions,
} from './session-store.ts'
import { lockMembers } from './member-store.ts'
import { readPolicy } from './policy.ts'
import type { PeopleSetting } from './setting.ts'

const mostSessions = 50
const minute = 60_000
const sudoLife = 10 * minute

export const addressContext = (organisation: string, id: string) => `sessions/${organisation}/${id}/address`
export const programContext = (organisation: string, id: string) => `sessions/${organisation}/${id}/program`

/** `expires`: when it ends however much it is used. */
export type Session = { readonly secret: string; readonly expires: string }
/** Whose session, and from where: network address, and program in few words. */
export type SessionPlace = {
  readonly organisation: string
  readonly person: string
  readonly address: string
  readonly program: string
  /** When the person proved who they are, ISO 8601; now, unless an identity provider says otherwise. */
  readonly proven?: string
  /** An identity provider saw a second factor, and the organisation trusts it. */
  readonly providerFactor?: boolean
}

/** Makes a session in the caller's transaction; the person's oldest ones beyond fifty end. @throws `sign_in.refused` */
export async function openSession(
  setting: PeopleSetting,
  tx: Transaction,
  { organisation, person, address, program, proven, providerFactor = false }: SessionPlace,
): Promise<Session> {
  const { idleMinutes, longestMinutes } = await readPolicy(tx)
  const now = setting.now().getTime()
  const id = randomUUIDv7()
  const secret = drawSecret('ses')
  const expires = new Date(now + longestMinutes * minute).toISOString()
  const made = await insertSession(tx, {
    organisation,
    id,
    person,
    hash: hashSecret(secret),
    created: new Date(now).toISOString(),
    expiresIdle: new Date(now + idleMinutes * minute).toISOString(),
    expiresAbsolute: expires,
    steppedUp: proven ?? new Date(now).toISOString(),
    providerFactor,
    addressSealed: setting.platformKey.seal('account', addressContext(organisation, id), address),
    programSealed: setting.platformKey.seal('account', programContext(organisation, id), program),
  })
  if (!made) throw failPeople('sign_in.refused')
  const ended = await trimSessions(tx, person, mostSessions, new Date(now).toISOString())
  tx.onCommit(() => ended.forEach((session) => setting.onSessionEnded(session)))
  return { secret, expires }
}

/** Ends a session in the caller's transaction; one that has ended already is no error. */
export async function endSession(setting: PeopleSetting, tx: Transaction, id: string): Promise<void> {
  if (await deleteSession(tx, id)) tx.onCommit(() => setting.onSessionEnded(id, 'ended'))
}

/** Locks the members, as every change of them begins, and the session until the transaction ends. @throws `session.ended` */
export async function holdSession(
  tx: Transaction,
  { organisation, session }: { readonly organisation: string; readonly session: string },
): Promise<void> {
  await lockMembers(tx, organisation)
  if (!(await holdSessionRow(tx, session))) throw failPeople('session.ended')
}

/** Who still waits for an answer to a session that has ended is cut off. */
export function cutSession(openCalls: OpenCalls, session: string): void {
  openCalls.judge(null, ({ principal }) =>
    principal.kind === 'person' && principal.session === session ? failPeople('session.ended') : undefined,
  )
}

/**
 * Notes a fresh proof in the caller's transaction and gives the session a new secret: who had read the old one gains
 * nothing.
 *
 * @throws `session.expired` when it has ended meanwhile
 */
export async function renewSession(setting: PeopleSetting, tx: Transaction, id: string): Promise<Session> {
  const secret = drawSecret('ses')
  const expires = await renewSessionRow(tx, id, { hash: hashSecret(secret), now: setting.now().toISOString() })
  if (expires === undefined) throw failPeople('session.expired')
  tx.onCommit(() => setting.onSessionEnded(id))
  return { secret, expires }
}

/** What is known of a person's sessions is read anew after the caller's transaction. */
export async function forgetSessions(setting: PeopleSetting, tx: Transaction, person: string): Promise<void> {
  const sessions = await listSessionIds(tx, person)
  tx.onCommit(() => sessions.forEach((session) => setting.onSessionEnded(session)))
}

/** Ends all of a person's sessions but the one named, in the caller's transaction. */
export async function endSessionsOf(
  setting: PeopleSetting,
  tx: Transaction,
  person: string,
  except: string | null,
): Promise<void> {
  const ended = await deleteOwnSessions(tx, { person, ...(except !== null && { except }) })
  tx.onCommit(() => ended.forEach((session) => setting.onSessionEnded(session, 'ended')))
}

/** Finds the session of a secret; a use moves its idle end on, at most once a minute. */
export function createSessionFinder({ authoriser, database, now, log }: PeopleSetting): FindHolder {
  async function touch({ organisation, id, lastUsed, expiresIdle, idleMinutes }: HeldSession): Promise<void> {
    const time = now().getTime()
    const used = new Date(Math.floor(time / minute) * minute).toISOString()
    if (lastUsed >= used || expiresIdle <= now().toISOString()) return
    const ends = new Date(time + idleMinutes * minute).toISOString()
    await database.withTenant({ organisation }, (tx) => touchSession(tx, id, used, ends))
  }
  return async (hash) => {
    const session = await authoriser.find('session', hash)
    if (session === undefined) return undefined
    // Not waited for: the next use within the idle time does it as well.
    touch(session).catch((cause: unknown) => log.error('session.touch_failed', { session: session.id }, cause))
    return describeHolder(session)
  }
}

function describeHolder(session: HeldSession): Holder {
  const { organisation, id, person, role, expiresIdle, expiresAbsolute, steppedUp, limited } = session
  return {
    principal: { kind: 'person', id: person, organisation, role, session: id, cookie: false, sudo: false, limited },
    sudoUntil: Date.parse(steppedUp) + sudoLife,
    expires: Math.min(Date.parse(expiresIdle), Date.parse(expiresAbsolute)),
    whenExpired: failPeople('session.expired'),
  }
}
