/** Whether an operator's passkey signed a challenge of ours, here and now. */
import type { PasskeyRequest, PasskeyUsed } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { readRelyingParty, verifyPasskeyUsed } from '../factors/index.ts'
import { challengeLife, drawChallenge, isOurs, spendChallenge, type ChallengeFor } from './challenge.ts'
import { failOperator } from './errors.ts'
import { findPasskey, usePasskeyRow, type StoredPasskey } from './passkey-store.ts'
import type { OperatorSetting } from './setting.ts'

export type Shown = { readonly challenge: string; readonly answer: PasskeyUsed; readonly host: string }

/** `known`: passkeys to choose from; of a sign-in none, since it names nobody. @throws `operator.wrong_host` */
export function askForPasskey(
  { platformKey, now, serverNames }: OperatorSetting,
  use: ChallengeFor,
  host: string,
  known: readonly StoredPasskey[],
): PasskeyRequest {
  const party = readRelyingParty(host, serverNames)
  if (party === undefined) throw failOperator('operator.wrong_host')
  return {
    challenge: drawChallenge(platformKey, use, now()),
    rpId: party.id,
    timeout: challengeLife,
    userVerification: 'required',
    allowCredentials: known
      .filter((passkey) => passkey.host === party.id)
      .map(({ credential, transports }) => ({ id: credential, type: 'public-key', transports })),
  }
}

/**
 * The operator whose passkey answered; undefined when anything is wrong with it, whatever it is. In the caller's
 * transaction the challenge is spent and the counter goes on. `onKnown` hears whose passkey is named, before it is judged.
 */
export async function showPasskey(
  setting: OperatorSetting,
  tx: Transaction,
  use: ChallengeFor,
  { challenge, answer, host }: Shown,
  onKnown: (operator: string) => void,
): Promise<string | undefined> {
  const { platformKey, now, serverNames, log } = setting
  const party = readRelyingParty(host, serverNames)
  const passkey = await findPasskey(tx, answer.id)
  if (passkey !== undefined) onKnown(passkey.operator)
  if (party === undefined || passkey?.host !== party.id) return undefined
  if (!isOurs(platformKey, use, challenge, now())) return undefined
  const counter = await verifyPasskeyUsed(answer, challenge, party, passkey.publicKey)
  if (counter === undefined || !(await spendChallenge(tx, challenge, now()))) return undefined
  if (await usePasskeyRow(tx, passkey.id, counter, now().toISOString())) return passkey.operator
  log.error('operator.passkey_counter_went_back', { operator: passkey.operator, passkey: passkey.id })
  return undefined
}
