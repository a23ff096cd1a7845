/** Whose account here it is that somebody at the provider opens: by issuer and subject, and the first time by proof. */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Returned } from './come-back.ts'
import { domainOf } from './domains.ts'
import { hasProven } from './domain-store.ts'
import { failSingleSignOn } from './errors.ts'
import { findLinked, putLink, readLink, useLink } from './link-store.ts'
import { readSignOnPolicy } from './policy.ts'
import type { SingleSignOnSetting } from './setting.ts'

export type FoundAccount = { readonly person: string; readonly how: 'linked' | 'invited' | 'provisioned' | 'joined' }

/**
 * The account, linked from now on. Who was provisioned under the subject is that account. An address alone opens no account
 * that somebody has used: of a proven domain, verified by the provider, it opens one that has neither password nor link, or
 * makes one.
 *
 * @throws `single_sign_on.not_linked`, `single_sign_on.no_address`, `single_sign_on.connect_first`, `invitation.refused`,
 *   `invitation.expired`, `person.exists`
 */
export async function findAccount(
  setting: SingleSignOnSetting,
  tx: Transaction,
  { organisation, attempt, account }: Returned,
): Promise<FoundAccount> {
  const now = setting.now().toISOString()
  await setting.people.provider.lockMembers(tx, organisation)
  const linked = await findLinked(tx, account.subject)
  if (linked !== undefined) {
    await useLink(tx, account.subject, now)
    return { person: linked, how: 'linked' }
  }
  const found =
    attempt.invitation === null
      ? ((await findProvisioned(setting, tx, account)) ?? (await findByDomain(setting, tx, organisation, account)))
      : await acceptInvitation(setting, tx, organisation, attempt.invitation, account)
  await putLink(tx, { organisation, person: found.person, subject: account.subject, now })
  return found
}

async function acceptInvitation(
  { people }: SingleSignOnSetting,
  tx: Transaction,
  organisation: string,
  invitation: string,
  { email, name }: Returned['account'],
): Promise<FoundAccount> {
  if (email === undefined) throw failSingleSignOn('single_sign_on.no_address')
  const person = await people.provider.acceptInvitation(tx, invitation, { organisation, email, name })
  return { person, how: 'invited' }
}

/** Provisioning named the person by the subject itself: the provider keeps who that is, whatever the address. */
async function findProvisioned(
  { people }: SingleSignOnSetting,
  tx: Transaction,
  { sub }: Returned['account'],
): Promise<FoundAccount | undefined> {
  const person = await people.provider.findProvisioned(tx, sub)
  if (person === undefined || (await readLink(tx, person)) !== undefined) return undefined
  return { person, how: 'provisioned' }
}

/**
 * Owners and admins come in by a link of their own or by an invitation's secret only: who manages the provider, or runs
 * it, could otherwise say any address.
 */
async function findByDomain(
  { people }: SingleSignOnSetting,
  tx: Transaction,
  organisation: string,
  { email, emailVerified, name }: Returned['account'],
): Promise<FoundAccount> {
  const domain = email === undefined ? undefined : domainOf(email)
  if (email === undefined || domain === undefined || !emailVerified || !(await hasProven(tx, domain))) {
    throw failSingleSignOn('single_sign_on.not_linked')
  }
  const known = await people.provider.findAddress(tx, email)
  if (known !== undefined) {
    const free = !known.password && !known.suspended && (await readLink(tx, known.id)) === undefined
    if (!free || isLeader(known.role)) throw failSingleSignOn('single_sign_on.connect_first')
    return { person: known.id, how: 'provisioned' }
  }
  const invited = await people.provider.readInvitedRole(tx, email)
  const role = invited ?? (await readSignOnPolicy(tx)).joinRole
  if (role === null || isLeader(role)) throw failSingleSignOn('single_sign_on.not_linked')
  const person = await people.provider.join(tx, { organisation, email, name, role })
  return { person, how: invited === undefined ? 'joined' : 'invited' }
}

const isLeader = (role: string) => role === 'owner' || role === 'admin'
