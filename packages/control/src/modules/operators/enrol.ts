/** Enrolment by a link: a name and roles that were decided by who made it, and a passkey. The link works once. */
import { randomUUIDv7 } from 'node:crypto'
import type { PasskeyCreation, PasskeyMade } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { readRelyingParty, verifyPasskeyMade } from '../factors/index.ts'
import { hashSecret, readSecretKind } from '../tokens/index.ts'
import { drawChallenge, isOurs, spendChallenge } from './challenge.ts'
import { failOperator } from './errors.ts'
import { describeOffer } from './offer-passkey.ts'
import {
  deleteInvitation,
  insertOperator,
  lockOperators,
  readInvitationRow,
  type StoredInvitation,
} from './operator-store.ts'
import { insertPasskey } from './passkey-store.ts'
import { invitedNameContext, nameContext, type NamedRoles, type OperatorSetting } from './setting.ts'

/** In the caller's transaction. @throws `operator.link_refused`, `operator.wrong_host` */
export async function beginEnrolment(
  setting: OperatorSetting,
  tx: Transaction,
  { secret, host }: { readonly secret: string; readonly host: string },
): Promise<NamedRoles & { readonly passkey: PasskeyCreation }> {
  const invitation = await requireInvitation(setting, tx, secret)
  const party = readRelyingParty(host, setting.serverNames)
  if (party === undefined) throw failOperator('operator.wrong_host')
  const name = openName(setting, invitation)
  return {
    name,
    roles: invitation.roles,
    passkey: describeOffer({
      challenge: drawChallenge(setting.platformKey, `enrol/${invitation.id}`, setting.now()),
      host: party.id,
      // The invitation's id becomes the operator's.
      operator: invitation.id,
      name,
      known: [],
    }),
  }
}

type Enrolment = {
  readonly secret: string
  readonly challenge: string
  readonly answer: PasskeyMade
  readonly host: string
}

/**
 * Makes the operator in the caller's transaction; gives their id, which was the invitation's.
 *
 * @throws `operator.link_refused`, `operator.wrong_host`, `operator.passkey_known`, `factor.passkey_refused`
 */
export async function enrolOperator(
  setting: OperatorSetting,
  tx: Transaction,
  { secret, challenge, answer, host }: Enrolment,
): Promise<string> {
  const { platformKey, now, serverNames } = setting
  const invitation = await requireInvitation(setting, tx, secret)
  const { id, roles } = invitation
  const party = readRelyingParty(host, serverNames)
  if (party === undefined) throw failOperator('operator.wrong_host')
  if (!isOurs(platformKey, `enrol/${id}`, challenge, now())) throw failOperator('operator.link_refused')
  const { id: credential, publicKey, counter } = await verifyPasskeyMade(answer, challenge, party)
  // Who the operators are is decided in one order: whoever withdraws the link meanwhile comes before or after this.
  await lockOperators(tx)
  // Of two at once the second finds neither challenge nor link any more.
  const isFirst = (await spendChallenge(tx, challenge, now())) && (await deleteInvitation(tx, id))
  if (!isFirst) throw failOperator('operator.link_refused')
  const created = now().toISOString()
  const name = openName(setting, invitation)
  await insertOperator(tx, { id, nameSealed: platformKey.seal('account', nameContext(id), name), roles, created })
  const added = await insertPasskey(tx, {
    id: randomUUIDv7(),
    operator: id,
    credential,
    publicKey: Buffer.from(publicKey),
    counter,
    transports: answer.transports,
    host: party.id,
    nameSealed: null,
    created,
  })
  if (!added) throw failOperator('operator.passkey_known')
  return id
}

async function requireInvitation(
  { authoriser, now }: OperatorSetting,
  tx: Transaction,
  secret: string,
): Promise<StoredInvitation> {
  const found =
    readSecretKind(secret) === 'opi' ? await authoriser.find('operatorInvitation', hashSecret(secret)) : undefined
  const invitation = found && (await readInvitationRow(tx, found.id, now().toISOString()))
  if (invitation === undefined) throw failOperator('operator.link_refused')
  return invitation
}

const openName = ({ platformKey }: OperatorSetting, { id, nameSealed }: StoredInvitation): string =>
  platformKey.open('account', invitedNameContext(id), nameSealed).toString()
