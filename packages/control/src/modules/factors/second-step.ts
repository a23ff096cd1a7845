/** Signing in in two steps: what a right password gets, and what then gets the session. */
import { randomUUIDv7 } from 'node:crypto'
import type { FactorKind, PendingSignIn, SecondProof } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { addressBlock, type FactorAccount, type Session } from '../people/index.ts'
import { drawSecret, hashSecret } from '../tokens/index.ts'
import { failFactor } from './errors.ts'
import { listPasskeyRows } from './passkey-store.ts'
import { askForPasskey, challengeLife, drawChallenge } from './passkeys.ts'
import { deletePending, insertPending, readPending, takeAttempt } from './pending-store.ts'
import { countRecoveryCodes } from './recovery-codes.ts'
import type { FactorSetting, Showing } from './setting.ts'
import { countFailure, showFactor } from './show-factor.ts'
import { readTotpRow } from './totp-store.ts'

/** What an account with a second factor gets for its password; undefined when it has none. In the caller's transaction. */
export async function beginSecondStep(
  setting: FactorSetting,
  tx: Transaction,
  { organisation, person, host, provider = null }: FactorAccount,
): Promise<PendingSignIn | undefined> {
  if (!(await setting.people.hasFactor(tx, person))) return undefined
  const challenge = drawChallenge()
  const { factors, passkey } = await offerFactors(setting, tx, { person, host, challenge })
  const secret = drawSecret('pen')
  const now = setting.now().getTime()
  const expires = new Date(now + challengeLife).toISOString()
  await insertPending(tx, {
    organisation,
    id: randomUUIDv7(),
    person,
    hash: hashSecret(secret),
    challenge: passkey && challenge,
    provider,
    expires,
    now: new Date(now).toISOString(),
  })
  return { secret, factors, passkey, expires }
}

/** Which factors the person can show here. */
export async function offerFactors(
  setting: FactorSetting,
  tx: Transaction,
  { person, host, challenge }: { readonly person: string; readonly host: string; readonly challenge: string },
) {
  const passkey = askForPasskey(setting, await listPasskeyRows(tx, person), host, challenge)
  const row = await readTotpRow(tx, person)
  const factors: FactorKind[] = []
  if (passkey !== null) factors.push('passkey')
  if (row !== undefined && row.secret !== null) factors.push('totp')
  if ((await countRecoveryCodes(tx, person)) > 0) factors.push('recovery')
  return { factors, passkey }
}

type Completion = {
  readonly organisation: string
  readonly pending: string
  readonly proof: SecondProof
  readonly host: string
  readonly address: string
  readonly program: string
}
/** Runs the work in the call's transaction and hands its session over. */
export type CommitSession<A> = (work: (tx: Transaction) => Promise<Session>) => Promise<A>

/**
 * The session for a pending sign-in. `onKnown` hears whose it is, before anything is judged. Whatever is wrong gets the
 * same answer.
 *
 * @throws `factor.refused`, `rate.limited`
 */
export async function completeSignIn<A>(
  setting: FactorSetting,
  { organisation, pending, proof, host, address, program }: Completion,
  { onKnown, note, commit }: { onKnown: (person: string) => void; note: Showing['note']; commit: CommitSession<A> },
): Promise<A> {
  const { database, people } = setting
  const now = setting.now().toISOString()
  const found = await setting.authoriser.find('pendingSignIn', hashSecret(pending))
  const known =
    found?.organisation === organisation
      ? await database.readTenant(found, (tx) => readPending(tx, found.id, now))
      : undefined
  const block = `block ${addressBlock(address)}`
  const takeBack = people.attempts.begin(known === undefined ? [block] : [`factor ${known.person}`, block])
  if (known === undefined) throw failFactor('factor.refused')
  const { id, person, provider } = known
  onKnown(person)
  const attempt = await database.withTenant({ organisation }, (tx) =>
    takeAttempt(tx, id, proof.kind === 'passkey', now),
  )
  if (attempt === undefined) throw failFactor('factor.refused')
  const showing = { organisation, person, host, challenge: attempt.challenge, note }
  const work = async (tx: Transaction): Promise<Session> => {
    if (!(await showFactor(setting, tx, showing, proof))) throw failFactor('factor.refused')
    // Two right answers at once: the second finds nothing to end.
    if (!(await deletePending(tx, id))) throw failFactor('factor.refused')
    return people.openSession(tx, { organisation, person, address, program, provider })
  }
  try {
    const answer = await commit(work)
    takeBack()
    return answer
  } catch (error) {
    await countFailure(setting, { organisation, person }, proof)
    throw error
  }
}
