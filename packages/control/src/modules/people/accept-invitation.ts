/** Accepting an invitation: the link's secret and the invited address together make an account, once. */
import { timingSafeEqual } from 'node:crypto'
import type { Transaction } from '../../platform/database/transaction.ts'
import { hashSecret, readSecretKind } from '../tokens/index.ts'
import { addAccount, lookUpEmail } from './accounts.ts'
import { addressBlock, type LimitedAttempts } from './attempts.ts'
import { isOnlyProvider } from './break-glass.ts'
import { checkPassword } from './check-password.ts'
import { deleteInvitation, readInvitationRow, type StoredInvitation } from './invitation-store.ts'
import { enter } from './enter.ts'
import { failMember } from './member-errors.ts'
import { hasAddress, lockMembers } from './member-store.ts'
import type { PasswordHasher } from './password-hash.ts'
import type { Session } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'

export type Acceptance = {
  readonly organisation: string
  readonly secret: string
  readonly email: string
  readonly password: string
  readonly personName?: string | undefined
  /** Network address of the first session. */
  readonly address: string
  /** Program and system of it. */
  readonly program: string
}
type Accepted = { readonly person: string; readonly session: Session }

/**
 * Checks the acceptance, hashes the password, and gives what makes the account in a transaction. `onKnown` hears of the
 * invitation once its secret fits: from then on the log is its organisation's.
 *
 * @throws `invitation.refused`, `invitation.expired`, `password.too_simple`, `sign_in.busy`, `rate.limited`, and in the
 *   transaction `invitation.refused` when it was used or revoked meanwhile, `person.exists`
 */
export async function acceptInvitation(
  setting: PeopleSetting,
  { hasher, attempts }: { readonly hasher: PasswordHasher; readonly attempts: LimitedAttempts },
  acceptance: Acceptance,
  onKnown: (invitation: string) => void,
): Promise<(tx: Transaction) => Promise<Accepted>> {
  const { organisation, email, password, personName: name, address, program, secret } = acceptance
  const takeBack = attempts.begin([
    `invitation ${hashSecret(secret).toString('base64')}`,
    `invitations ${addressBlock(address)}`,
  ])
  const invitation = await findInvitation(setting, acceptance)
  onKnown(invitation.id)
  if (!timingSafeEqual(invitation.emailLookup, lookUpEmail(setting, email))) throw failMember('invitation.refused')
  if (invitation.expires <= setting.now().toISOString()) throw failMember('invitation.expired')
  takeBack()
  await checkPassword(password, email, false)
  const passwordHash = await hasher.hash(password)
  return async (tx) => {
    await lockMembers(tx, organisation)
    if (await isOnlyProvider(tx)) throw failMember('invitation.single_sign_on')
    if (!(await deleteInvitation(tx, invitation.id))) throw failMember('invitation.refused')
    if (await hasAddress(tx, invitation.emailLookup)) throw failMember('person.exists')
    const account = { organisation, email, name, passwordHash, role: invitation.role }
    const person = await addAccount(setting, tx, account)
    return { person, session: await enter(setting, tx, { organisation, person, address, program }) }
  }
}

async function findInvitation(
  { authoriser, database }: PeopleSetting,
  { organisation, secret }: Acceptance,
): Promise<StoredInvitation> {
  if (readSecretKind(secret) !== 'inv') throw failMember('invitation.refused')
  const known = await authoriser.find('invitation', hashSecret(secret))
  if (known?.organisation !== organisation) throw failMember('invitation.refused')
  const found = await database.readTenant(known, (tx) => readInvitationRow(tx, known.id))
  if (found === undefined) throw failMember('invitation.refused')
  return found
}
