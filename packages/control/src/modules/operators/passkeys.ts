/** An operator's own passkeys: a further one, its name, its end. The last one stays. */
import { randomUUIDv7 } from 'node:crypto'
import type { OperatorPasskey, PasskeyCreation, PasskeyMade } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { readRelyingParty, verifyPasskeyMade } from '../factors/index.ts'
import { drawChallenge, isOurs, spendChallenge } from './challenge.ts'
import { failOperator } from './errors.ts'
import { describeOffer } from './offer-passkey.ts'
import { lockOperator } from './operator-store.ts'
import { deletePasskeyRow, insertPasskey, listPasskeyRows, renamePasskeyRow } from './passkey-store.ts'
import { endOtherSessions } from './sessions.ts'
import { nameContext, passkeyNameContext, type OperatorPrincipal, type OperatorSetting } from './setting.ts'

const mostPasskeys = 10

/** Oldest first. */
export async function listPasskeys(
  { platformKey }: OperatorSetting,
  tx: Transaction,
  operator: string,
): Promise<OperatorPasskey[]> {
  const rows = await listPasskeyRows(tx, operator)
  return rows.map(({ id, nameSealed, host, created, lastUsed }) => ({
    id,
    name: nameSealed && platformKey.open('account', passkeyNameContext(id), nameSealed).toString(),
    host,
    created,
    lastUsed,
  }))
}

/** In the caller's transaction. @throws `operator.wrong_host`, `operator.too_many_passkeys`, `operator.session_expired` */
export async function beginPasskey(
  { platformKey, serverNames, now }: OperatorSetting,
  tx: Transaction,
  { id: operator, session }: OperatorPrincipal,
  host: string,
): Promise<PasskeyCreation> {
  const party = readRelyingParty(host, serverNames)
  if (party === undefined) throw failOperator('operator.wrong_host')
  const { nameSealed } = await lockOperator(tx, operator)
  const known = await listPasskeyRows(tx, operator)
  if (known.length >= mostPasskeys) throw failOperator('operator.too_many_passkeys')
  return describeOffer({
    challenge: drawChallenge(platformKey, `passkey/${session}`, now()),
    host: party.id,
    operator,
    name: platformKey.open('account', nameContext(operator), nameSealed).toString(),
    known,
  })
}

type Made = { readonly name: string; readonly challenge: string; readonly answer: PasskeyMade; readonly host: string }

/**
 * Adds it in the caller's transaction. The challenge was this session's, and is answered once.
 *
 * @throws `operator.wrong_host`, `operator.passkey_refused`, `operator.passkey_known`, `operator.too_many_passkeys`,
 * `operator.session_expired`, `factor.passkey_refused`
 */
export async function addPasskey(
  { platformKey, serverNames, now }: OperatorSetting,
  tx: Transaction,
  { id: operator, session }: OperatorPrincipal,
  { name, challenge, answer, host }: Made,
): Promise<OperatorPasskey> {
  const party = readRelyingParty(host, serverNames)
  if (party === undefined) throw failOperator('operator.wrong_host')
  if (!isOurs(platformKey, `passkey/${session}`, challenge, now())) throw failOperator('operator.passkey_refused')
  const { id: credential, publicKey, counter } = await verifyPasskeyMade(answer, challenge, party)
  await lockOperator(tx, operator)
  if (!(await spendChallenge(tx, challenge, now()))) throw failOperator('operator.passkey_refused')
  if ((await listPasskeyRows(tx, operator)).length >= mostPasskeys) throw failOperator('operator.too_many_passkeys')
  const id = randomUUIDv7()
  const created = now().toISOString()
  const added = await insertPasskey(tx, {
    id,
    operator,
    credential,
    publicKey: Buffer.from(publicKey),
    counter,
    transports: answer.transports,
    host: party.id,
    nameSealed: platformKey.seal('account', passkeyNameContext(id), name),
    created,
  })
  if (!added) throw failOperator('operator.passkey_known')
  return { id, name, host: party.id, created, lastUsed: null }
}

type Named = { readonly passkey: string; readonly name: string }

/** In the caller's transaction. @throws `operator.unknown_passkey` */
export async function renamePasskey(
  { platformKey }: OperatorSetting,
  tx: Transaction,
  operator: string,
  { passkey, name }: Named,
): Promise<void> {
  const sealed = platformKey.seal('account', passkeyNameContext(passkey), name)
  if (!(await renamePasskeyRow(tx, operator, passkey, sealed))) throw failOperator('operator.unknown_passkey')
}

/**
 * In the caller's transaction. Whoever has the passkey may be signed in by it: all sessions end but the caller's.
 *
 * @throws `operator.unknown_passkey`, `operator.last_passkey`, `operator.session_expired`
 */
export async function removePasskey(
  setting: OperatorSetting,
  tx: Transaction,
  { id: operator, session }: OperatorPrincipal,
  passkey: string,
): Promise<void> {
  // Of two at once the second counts what the first has left.
  await lockOperator(tx, operator)
  const known = await listPasskeyRows(tx, operator)
  if (!known.some(({ id }) => id === passkey)) throw failOperator('operator.unknown_passkey')
  if (known.length === 1) throw failOperator('operator.last_passkey')
  await deletePasskeyRow(tx, operator, passkey)
  await endOtherSessions(setting, tx, operator, session)
}
