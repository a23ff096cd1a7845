/** Shows a second factor: right ones are used up in the caller's transaction, wrong ones are counted outside it. */
import type { SecondProof } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { showPasskey } from './passkeys.ts'
import { showRecoveryCode } from './recovery-codes.ts'
import type { FactorSetting, Showing } from './setting.ts'
import { showTotp } from './totp.ts'
import { countTotpFailure, forgiveTotpFailures } from './totp-store.ts'

/** Whether the proof is right. */
export async function showFactor(
  setting: FactorSetting,
  tx: Transaction,
  showing: Showing,
  proof: SecondProof,
): Promise<boolean> {
  showing.note({ details: { factor: proof.kind } })
  const right = await show(setting, tx, showing, proof)
  if (right) await forgiveTotpFailures(tx, showing.person)
  return right
}

function show(setting: FactorSetting, tx: Transaction, showing: Showing, proof: SecondProof): Promise<boolean> {
  if (proof.kind === 'totp') return showTotp(setting, tx, showing, proof.code)
  if (proof.kind === 'recovery') return showRecoveryCode(setting, tx, showing, proof.code)
  return showPasskey(setting, tx, showing, proof.answer)
}

/** In a transaction of its own: the one of the refused call is rolled back. */
export async function countFailure(
  { database }: FactorSetting,
  { organisation, person }: { readonly organisation: string; readonly person: string },
  proof: { readonly kind: string },
): Promise<void> {
  if (proof.kind !== 'totp') return
  await database.withTenant({ organisation }, (tx) => countTotpFailure(tx, person))
}
