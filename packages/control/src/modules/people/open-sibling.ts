/** A further session of who has one: what a browser opens for a shell. */
import type { Transaction } from '../../platform/database/transaction.ts'
import { enter } from './enter.ts'
import { failPeople } from './errors.ts'
import { readSessionProof } from './session-store.ts'
import type { Session, SessionPlace } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'

/**
 * It rests on the same proof, no fresher, and ends with the same sign-in at the provider.
 *
 * @throws `sign_in.refused` when the session has ended
 */
export async function openSibling(
  setting: PeopleSetting,
  tx: Transaction,
  session: string,
  place: Pick<SessionPlace, 'organisation' | 'address' | 'program'>,
): Promise<{ readonly person: string; readonly session: Session }> {
  const proof = await readSessionProof(tx, session, setting.now().toISOString())
  if (proof === undefined) throw failPeople('sign_in.refused')
  return { person: proof.person, session: await enter(setting, tx, { ...place, ...proof }) }
}
