/** Signing in by single sign-on, once the provider has said who it is. */
import type { PendingSignIn } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Session } from '../people/index.ts'
import type { Returned } from './come-back.ts'
import { findAccount, type FoundAccount } from './find-account.ts'
import { readSignOnPolicy } from './policy.ts'
import type { SingleSignOnSetting } from './setting.ts'

type Place = { readonly host: string; readonly address: string; readonly program: string }
export type Entered = FoundAccount & {
  /** Undefined while the second factor is to be shown. */
  readonly session: Session | undefined
  readonly pending: PendingSignIn | null
  readonly factorNeeded: boolean
}

/**
 * The provider's sign-in counts as it is. Where the organisation demands a second factor of all, ours is asked for, unless
 * the organisation trusts the provider's and the provider says that it saw one.
 *
 * @throws what `findAccount` throws
 */
export async function enterByProvider(
  setting: SingleSignOnSetting,
  tx: Transaction,
  returned: Returned,
  { host, address, program }: Place,
): Promise<Entered> {
  const { people } = setting
  const { organisation, account } = returned
  const found = await findAccount(setting, tx, returned)
  const { person } = found
  const provider = { subject: account.subject, session: account.session }
  const demanded = (await people.readPolicy(tx)).secondFactor === 'all'
  const providerFactor = account.secondFactor && (await readSignOnPolicy(tx)).trustFactor
  if (demanded && !providerFactor) {
    const pending = await setting.beginSecondStep(tx, { organisation, person, host, provider })
    if (pending !== undefined) return { ...found, session: undefined, pending, factorNeeded: false }
  }
  // Somebody who was signed in at the provider already has proven nothing now: what is sensitive asks again.
  const proven = account.signedIn ?? new Date(0).toISOString()
  const now = setting.now().toISOString()
  const place = {
    organisation,
    person,
    address,
    program,
    providerFactor,
    provider,
    proven: proven < now ? proven : now,
  }
  const session = await people.openSession(tx, place)
  return { ...found, session, pending: null, factorNeeded: demanded && !providerFactor }
}
