/** Step-up: a fresh proof, by which an open session may change what is sensitive for ten minutes. */
import type { PasskeyRequest, StepUpProof } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { addressBlock } from '../people/index.ts'
import { failFactor } from './errors.ts'
import { putChallenge, takeChallenge } from './passkey-store.ts'
import { challengeLife, drawChallenge } from './passkeys.ts'
import { offerFactors, type CommitSession } from './second-step.ts'
import type { FactorSetting, Showing } from './setting.ts'
import { countFailure, showFactor } from './show-factor.ts'

type Caller = { readonly organisation: string; readonly id: string; readonly session: string }
type StepUpOffer = { proofs: (StepUpProof['kind'] | 'provider')[]; passkey: PasskeyRequest | null }

/** The password proves it only for who has no second factor: who reads a password over a shoulder gains nothing. */
export async function beginStepUp(
  setting: FactorSetting,
  tx: Transaction,
  { organisation, id: person, session }: Caller,
  host: string,
): Promise<StepUpOffer> {
  const byProvider = (await setting.offersProvider(tx, person)) ? (['provider'] as const) : []
  if (!(await setting.people.hasFactor(tx, person))) {
    const byPassword = await setting.people.provider.keepsPassword(tx, person)
    return { proofs: [...(byPassword ? (['password'] as const) : []), ...byProvider], passkey: null }
  }
  const challenge = drawChallenge()
  const { factors, passkey } = await offerFactors(setting, tx, { person, host, challenge })
  const expires = new Date(setting.now().getTime() + challengeLife).toISOString()
  if (passkey !== null) await putChallenge(tx, { organisation, session, purpose: 'step-up' }, { challenge, expires })
  return { proofs: [...factors, ...byProvider], passkey }
}

/** Gives the session a new secret. @throws `step_up.refused`, `session.expired`, `rate.limited` */
export async function stepUp<A>(
  setting: FactorSetting,
  caller: Caller,
  { proof, host, address }: { readonly proof: StepUpProof; readonly host: string; readonly address: string },
  { note, commit }: { note: Showing['note']; commit: CommitSession<A> },
): Promise<A> {
  const { organisation, id: person, session } = caller
  const { database, people } = setting
  const takeBack = people.attempts.begin([`factor ${person}`, `block ${addressBlock(address)}`])
  note({ details: { factor: proof.kind } })
  const rightPassword = proof.kind === 'password' && (await people.verifyPassword(organisation, person, proof.password))
  const now = setting.now().toISOString()
  const challenge =
    proof.kind === 'passkey'
      ? await database.withTenant({ organisation }, (tx) => takeChallenge(tx, session, 'step-up', now))
      : null
  const isRight = async (tx: Transaction): Promise<boolean> => {
    if (proof.kind === 'password') return rightPassword && !(await people.hasFactor(tx, person))
    return showFactor(setting, tx, { organisation, person, host, challenge, note }, proof)
  }
  try {
    const renewed = await commit(async (tx) => {
      if (!(await isRight(tx))) throw failFactor('step_up.refused')
      return people.renewSession(tx, session)
    })
    takeBack()
    return renewed
  } catch (error) {
    await countFailure(setting, { organisation, person }, proof)
    throw error
  }
}
