/** One's own connection with the provider: made, used to prove that it is still oneself, taken away. */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Session } from '../people/index.ts'
import type { Returned } from './come-back.ts'
import { failSingleSignOn } from './errors.ts'
import { deleteLink, findLinked, putLink, readLink, useLink } from './link-store.ts'
import type { SingleSignOnSetting } from './setting.ts'

type Caller = { readonly organisation: string; readonly id: string; readonly session: string }

/** How far the provider's clock may be behind, in milliseconds. */
const skew = 30_000

/** The attempt must be of this session. @throws `single_sign_on.refused`, `single_sign_on.connected_elsewhere` */
export async function connectAccount(
  setting: SingleSignOnSetting,
  tx: Transaction,
  { organisation, id: person, session }: Caller,
  returned: Returned,
): Promise<void> {
  requireOwn(returned, organisation, session)
  const { subject } = returned.account
  await setting.people.provider.lockMembers(tx, organisation)
  const holder = await findLinked(tx, subject)
  if (holder !== undefined && holder !== person) throw failSingleSignOn('single_sign_on.connected_elsewhere')
  await putLink(tx, { organisation, person, subject, now: setting.now().toISOString() })
}

/**
 * The account must be the connected one, and have signed in since the attempt began.
 *
 * @throws `single_sign_on.refused`, `single_sign_on.other_person`, `single_sign_on.not_fresh`, `session.expired`
 */
export async function stepUpByProvider(
  setting: SingleSignOnSetting,
  tx: Transaction,
  { organisation, id: person, session }: Caller,
  returned: Returned,
): Promise<Session> {
  requireOwn(returned, organisation, session)
  const { account, attempt } = returned
  if (!(await offersStepUp(setting, tx, person))) throw failSingleSignOn('single_sign_on.no_step_up')
  if ((await findLinked(tx, account.subject)) !== person) throw failSingleSignOn('single_sign_on.other_person')
  const signedIn = account.signedIn === undefined ? 0 : Date.parse(account.signedIn)
  if (signedIn < Date.parse(attempt.created) - skew) throw failSingleSignOn('single_sign_on.not_fresh')
  await useLink(tx, account.subject, setting.now().toISOString())
  return setting.people.renewSession(tx, session)
}

/**
 * Whether a sign-in at the provider proves that it is still them: not for who has a password and a second factor besides,
 * who shows that factor.
 */
export async function offersStepUp({ people }: SingleSignOnSetting, tx: Transaction, person: string): Promise<boolean> {
  if ((await readLink(tx, person)) === undefined) return false
  return !(await people.hasFactor(tx, person)) || !(await people.provider.keepsPassword(tx, person))
}

/** @throws `single_sign_on.last_way` */
export async function disconnect(
  { people }: SingleSignOnSetting,
  tx: Transaction,
  { organisation, id }: Caller,
): Promise<void> {
  await people.provider.lockMembers(tx, organisation)
  if (!(await people.provider.keepsPassword(tx, id))) throw failSingleSignOn('single_sign_on.last_way')
  await deleteLink(tx, id)
}

function requireOwn({ organisation, attempt }: Returned, own: string, session: string): void {
  if (organisation !== own || attempt.session !== session) throw failSingleSignOn('single_sign_on.refused')
}
