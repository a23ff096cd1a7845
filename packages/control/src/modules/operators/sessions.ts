/**
 * Operators' sessions: an hour without use, eight hours in any case. For ten minutes after signing in, or after a fresh
 * proof, which renews the secret, one may do what is sensitive.
 */
import { randomUUIDv7 } from 'node:crypto'
import type { OpenSession } from '@keyhold/contract'
import { installationLog } from '../../platform/audit-port.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { HeldOperatorSession } from '../../platform/authoriser/protocol.ts'
import { drawSecret, hashSecret, type FindHolder, type Holder } from '../tokens/index.ts'
import { failOperator } from './errors.ts'
import {
  deleteOtherSessions,
  deleteSession,
  insertSession,
  listSessionRows,
  renewSessionRow,
  touchSession,
} from './session-store.ts'
import {
  addressContext,
  installation,
  programContext,
  type OperatorPrincipal,
  type OperatorSetting,
} from './setting.ts'

const minute = 60_000
const idleLife = 60 * minute
const longestLife = 8 * 60 * minute
const sudoLife = 10 * minute

export type Session = { readonly secret: string; readonly expires: string }
export type SessionPlace = { readonly operator: string; readonly address: string; readonly program: string }

/** Makes a session in the caller's transaction. */
export async function openSession(
  { platformKey, now }: OperatorSetting,
  tx: Transaction,
  { operator, address, program }: SessionPlace,
): Promise<Session> {
  const time = now().getTime()
  const id = randomUUIDv7()
  const secret = drawSecret('ops')
  const expires = new Date(time + longestLife).toISOString()
  await insertSession(tx, {
    id,
    operator,
    hash: hashSecret(secret),
    created: new Date(time).toISOString(),
    expiresIdle: new Date(time + idleLife).toISOString(),
    expiresAbsolute: expires,
    addressSealed: platformKey.seal('account', addressContext(id), address),
    programSealed: platformKey.seal('account', programContext(id), program),
  })
  return { secret, expires }
}

/** Gives the session a new secret in the caller's transaction. @throws `operator.session_expired` */
export async function renewSession(setting: OperatorSetting, tx: Transaction, id: string): Promise<Session> {
  const secret = drawSecret('ops')
  const renewed = await renewSessionRow(tx, id, { hash: hashSecret(secret), now: setting.now().toISOString() })
  if (renewed === undefined) throw failOperator('operator.session_expired')
  tx.onCommit(() => setting.onSessionEnded(id))
  return { secret, expires: renewed.expires }
}

/** Newest use first. */
export async function listOwnSessions(
  { database, platformKey, now }: OperatorSetting,
  { id: operator, session }: OperatorPrincipal,
): Promise<OpenSession[]> {
  const rows = await database.readTenant(installation, (tx) => listSessionRows(tx, operator, now().toISOString()))
  const open = (context: string, sealed: Buffer) => platformKey.open('account', context, sealed).toString()
  return rows.map(({ id, created, lastUsed, expires, addressSealed, programSealed }) => ({
    id,
    program: open(programContext(id), programSealed),
    address: open(addressContext(id), addressSealed),
    created,
    lastUsed,
    expires,
    current: id === session,
  }))
}

/** In the caller's transaction. @throws `operator.session_unknown` for one that has ended or is another's */
export async function endSession(
  setting: OperatorSetting,
  tx: Transaction,
  operator: string,
  session: string,
): Promise<void> {
  if (!(await deleteSession(tx, operator, session))) throw failOperator('operator.session_unknown')
  tx.onCommit(() => cutSession(setting, session))
}

/** Ends an operator's sessions but one, in the caller's transaction. Gives how many. */
export async function endOtherSessions(
  setting: OperatorSetting,
  tx: Transaction,
  operator: string,
  session: string,
): Promise<number> {
  const ended = await deleteOtherSessions(tx, operator, session)
  tx.onCommit(() => ended.forEach((id) => cutSession(setting, id)))
  return ended.length
}

/** What is known of an operator's sessions is read anew after the caller's transaction; `ended`: and who waits is cut off. */
export async function forgetSessions(
  setting: OperatorSetting,
  tx: Transaction,
  operator: string,
  ended: boolean,
): Promise<void> {
  const rows = await listSessionRows(tx, operator, setting.now().toISOString())
  tx.onCommit(() => rows.forEach(({ id }) => (ended ? cutSession(setting, id) : setting.onSessionEnded(id))))
}

function cutSession({ onSessionEnded, openCalls }: OperatorSetting, session: string): void {
  onSessionEnded(session)
  openCalls.judge(installationLog, ({ principal }) =>
    principal.kind === 'operator' && principal.session === session
      ? failOperator('operator.session_expired')
      : undefined,
  )
}

/** Finds the session of a secret; a use moves its idle end on, at most once a minute. */
export function createSessionFinder({ authoriser, database, now, log }: OperatorSetting): FindHolder {
  async function touch({ id, lastUsed, expiresIdle }: HeldOperatorSession): Promise<void> {
    const time = now().getTime()
    const used = new Date(Math.floor(time / minute) * minute).toISOString()
    if (lastUsed >= used || expiresIdle <= now().toISOString()) return
    const ends = new Date(time + idleLife).toISOString()
    await database.withTenant(installation, (tx) => touchSession(tx, id, used, ends))
  }
  return async (hash) => {
    const session = await authoriser.find('operatorSession', hash)
    if (session === undefined) return undefined
    // Not waited for: the next use within the idle time does it as well.
    touch(session).catch((cause: unknown) => log.error('operator.touch_failed', { session: session.id }, cause))
    return describeHolder(session)
  }
}

function describeHolder(session: HeldOperatorSession): Holder {
  const { id, operator, roles, expiresIdle, expiresAbsolute, steppedUp } = session
  return {
    principal: {
      kind: 'operator',
      id: operator,
      organisation: installationLog,
      roles,
      session: id,
      cookie: false,
      sudo: false,
    },
    sudoUntil: Date.parse(steppedUp) + sudoLife,
    expires: Math.min(Date.parse(expiresIdle), Date.parse(expiresAbsolute)),
    whenExpired: failOperator('operator.session_expired'),
  }
}
