/** Ten single-use codes for who has lost their other factors. Owns the table `recovery_codes`. */
import { randomBytes } from 'node:crypto'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { FactorSetting } from './setting.ts'

const count = 10
/** Crockford's base32: no letter that looks like a digit. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const codeLength = 16

type Owner = { readonly organisation: string; readonly person: string }

/** Ends earlier codes and gives ten new ones, this once. */
export async function renewRecoveryCodes(setting: FactorSetting, tx: Transaction, owner: Owner): Promise<string[]> {
  await deleteRecoveryCodes(tx, owner.person)
  const codes = Array.from({ length: count }, drawCode)
  const hashes = codes.map((code) => hashCode(setting, owner, code))
  await tx.sql('INSERT INTO recovery_codes (organisation, person, hash) SELECT $1, $2, unnest($3::bytea[])', [
    owner.organisation,
    owner.person,
    hashes,
  ])
  return codes
}

/** Ten codes with a person's first factor; null when there are some left. */
export async function ensureRecoveryCodes(
  setting: FactorSetting,
  tx: Transaction,
  owner: Owner,
): Promise<string[] | null> {
  return (await countRecoveryCodes(tx, owner.person)) > 0 ? null : renewRecoveryCodes(setting, tx, owner)
}

export async function countRecoveryCodes(tx: Transaction, person: string): Promise<number> {
  const [row] = await tx.sql<{ left: number }>(
    'SELECT count(*) AS left FROM recovery_codes WHERE person = $1 AND used IS NULL',
    [person],
  )
  return row?.left ?? 0
}

export async function deleteRecoveryCodes(tx: Transaction, person: string): Promise<void> {
  await tx.sql('DELETE FROM recovery_codes WHERE person = $1', [person])
}

/** Whether the code is right and was not used; uses it up, in the caller's transaction. */
export async function showRecoveryCode(
  setting: FactorSetting,
  tx: Transaction,
  owner: Owner,
  code: string,
): Promise<boolean> {
  const rows = await tx.sql(
    'UPDATE recovery_codes SET used = $3 WHERE person = $1 AND hash = $2 AND used IS NULL RETURNING person',
    [owner.person, hashCode(setting, owner, code), setting.now().toISOString()],
  )
  return rows.length === 1
}

/** 80 bits in four groups of four: `7Q2M-…`. */
function drawCode(): string {
  const drawn = Array.from(randomBytes(codeLength), (byte) => letters.charAt(byte % letters.length)).join('')
  return drawn.replace(/.{4}(?!$)/g, '$&-')
}

/** The same however it is typed: small letters, without dashes, O for 0, I or L for 1. */
function hashCode({ platformKey }: FactorSetting, { organisation, person }: Owner, code: string): Buffer {
  const plain = code
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  return platformKey.lookup(`recovery code ${organisation} ${person} ${plain}`)
}
