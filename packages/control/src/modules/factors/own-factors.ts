/** A person's own factors: read, added, removed. */
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Answer } from '../../platform/http/call.ts'
import { failFactor } from './errors.ts'
import { deletePasskeyRow, listPasskeyRows } from './passkey-store.ts'
import { countRecoveryCodes, deleteRecoveryCodes, ensureRecoveryCodes } from './recovery-codes.ts'
import { passkeyNameContext, type FactorSetting } from './setting.ts'
import { deleteTotpRow, readTotpRow } from './totp-store.ts'

type Owner = { readonly organisation: string; readonly person: string }
type Security = Omit<Answer<'readSecurity'>, 'managesPolicy'>

/** The person's factors, without anything secret, and the organisation's policy. */
export async function readSecurity(setting: FactorSetting, owner: Owner): Promise<Security> {
  return setting.database.readTenant(owner, async (tx) => ({
    ...(await listOwnFactors(setting, tx, owner)),
    policy: await setting.people.readPolicy(tx),
  }))
}

export type OwnFactors = Omit<Security, 'policy'>

/** Kinds, names and times; of recovery codes how many are left. Never a secret, a key or a code. */
export async function listOwnFactors(
  { platformKey }: FactorSetting,
  tx: Transaction,
  { organisation, person }: Owner,
): Promise<OwnFactors> {
  const created = (await readTotpRow(tx, person))?.created ?? null
  const passkeys = await listPasskeyRows(tx, person)
  return {
    totp: created === null ? null : { created },
    passkeys: passkeys.map(({ id, nameSealed, created: added, lastUsed }) => ({
      id,
      name: platformKey.open('account', passkeyNameContext(organisation, id), nameSealed).toString(),
      created: added,
      lastUsed,
    })),
    recoveryCodes: await countRecoveryCodes(tx, person),
  }
}

/** After a factor was added, in its transaction: recovery codes with the first one, and open sessions are read anew. */
export async function settleAddedFactor(
  setting: FactorSetting,
  tx: Transaction,
  owner: Owner,
): Promise<string[] | null> {
  await setting.people.forgetSessions(tx, owner.person)
  return ensureRecoveryCodes(setting, tx, owner)
}

/**
 * Removes a factor, unless it is the last one and the organisation demands one or the password is too short alone. Recovery
 * codes go with the last.
 *
 * @throws `factor.unknown`, `factor.last`, `factor.password_short`
 */
async function removeFactor(
  { people }: FactorSetting,
  tx: Transaction,
  person: string,
  remove: () => Promise<boolean>,
): Promise<void> {
  // Of two removals at once the second sees what the first left.
  await people.lockPerson(tx, person)
  if (!(await remove())) throw failFactor('factor.unknown')
  if (await people.hasFactor(tx, person)) return
  if ((await people.readPolicy(tx)).secondFactor === 'all' || (await people.isBreakGlass(tx, person)))
    throw failFactor('factor.last')
  if (await people.hasShortPassword(tx, person)) throw failFactor('factor.password_short')
  await deleteRecoveryCodes(tx, person)
}

export async function removeTotp(setting: FactorSetting, tx: Transaction, person: string): Promise<void> {
  await removeFactor(setting, tx, person, () => deleteTotpRow(tx, person))
}

export async function removePasskey(
  setting: FactorSetting,
  tx: Transaction,
  person: string,
  id: string,
): Promise<void> {
  await removeFactor(setting, tx, person, () => deletePasskeyRow(tx, person, id))
}
