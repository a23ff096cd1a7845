/** Invitations: made by who may manage people, bound to an address, accepted once within seven days. */
import { randomUUIDv7 } from 'node:crypto'
import { roleMay, type Invitation, type Role } from '@keyhold/contract'
import { failAccess, type Principal } from '../../platform/access.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { drawSecret, hashSecret } from '../tokens/index.ts'
import { lookUpEmail, normaliseEmail } from './accounts.ts'
import { putInvitation, type StoredInvitation } from './invitation-store.ts'
import { failMember } from './member-errors.ts'
import { hasAddress } from './member-store.ts'
import type { PeopleSetting } from './setting.ts'
import { lockCaller, requireOwnerFor } from './standing.ts'

const life = 7 * 24 * 3600_000
/** How long after its end one may still see that somebody was invited. */
const shownAfter = 30 * 24 * 3600_000

type Invite = { readonly email: string; readonly role: Role }
export type Invited = { readonly invitation: Invitation; readonly secret: string }

/**
 * In the caller's transaction. Inviting an address again ends its earlier invitation.
 *
 * @throws `person.exists`, `person.owners_only`, `access.denied`, `access.unauthenticated`
 */
export async function inviteMember(
  setting: PeopleSetting,
  tx: Transaction,
  caller: Extract<Principal, { kind: 'person' }>,
  { email, role }: Invite,
): Promise<Invited> {
  const own = await lockCaller(tx, caller)
  if (!roleMay(own, 'people.manage')) throw failAccess('access.denied')
  requireOwnerFor(own, role)
  const emailLookup = lookUpEmail(setting, email)
  if (await hasAddress(tx, emailLookup)) throw failMember('person.exists')
  const { organisation } = caller
  const id = randomUUIDv7()
  const now = setting.now().getTime()
  const secret = drawSecret('inv')
  const stored: StoredInvitation = {
    organisation,
    id,
    emailSealed: setting.platformKey.seal('account', emailContext(organisation, id), normaliseEmail(email)),
    emailLookup,
    role,
    invitedBy: caller.id,
    created: new Date(now).toISOString(),
    expires: new Date(now + life).toISOString(),
  }
  const forgotten = new Date(now - shownAfter).toISOString()
  await putInvitation(tx, { ...stored, hash: hashSecret(secret) }, forgotten)
  return { invitation: describeInvitation(setting, stored), secret }
}

/** An invitation as the organisation's own people see it. @throws `platform_key.cannot_open` */
export function describeInvitation({ platformKey }: PeopleSetting, stored: StoredInvitation): Invitation {
  const { organisation, id, emailSealed, role, invitedBy, created, expires } = stored
  const email = platformKey.open('account', emailContext(organisation, id), emailSealed).toString()
  return { id, email, role, invitedBy, created, expires }
}

const emailContext = (organisation: string, id: string) => `invitations/${organisation}/${id}/email`
