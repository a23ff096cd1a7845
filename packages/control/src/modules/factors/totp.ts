/**
 * Authenticator apps (RFC 6238: SHA-1, six digits, 30 seconds, as apps expect). A code counts one step to either side,
 * and each step once. After 100 wrong codes in a row no code counts until another factor was shown (NIST SP 800-63B,
 * section 3.2.2).
 */
import { Secret, TOTP } from 'otpauth'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failFactor } from './errors.ts'
import { totpContext, type FactorSetting } from './setting.ts'
import { confirmTotpRow, offerTotpRow, readTotpRow, spendTotpStep } from './totp-store.ts'

const period = 30
const mostFailures = 100
const offerLife = 15 * 60_000
/** 160 bits, as RFC 4226 recommends. */
const secretLength = 20

type Owner = { readonly organisation: string; readonly person: string }

/** Draws a secret and gives it once: as base32 text and as an address for apps. */
export async function offerTotp(
  setting: FactorSetting,
  tx: Transaction,
  owner: Owner,
  label: string,
): Promise<{ secret: string; uri: string }> {
  const secret = new Secret({ size: secretLength })
  const context = totpContext(owner.organisation, owner.person)
  await offerTotpRow(tx, owner, {
    sealed: setting.platformKey.seal('account', context, secret.base32),
    expires: new Date(setting.now().getTime() + offerLife).toISOString(),
  })
  return { secret: secret.base32, uri: new TOTP({ issuer: 'Keyhold', label, secret, period }).toString() }
}

/** @throws `factor.wrong_code` */
export async function confirmTotp(setting: FactorSetting, tx: Transaction, owner: Owner, code: string): Promise<void> {
  const row = await readTotpRow(tx, owner.person)
  const now = setting.now()
  const { newSecret = null, newExpires = null } = row ?? {}
  const waits = newExpires !== null && newExpires > now.toISOString()
  if (newSecret === null || !waits) throw failFactor('factor.wrong_code')
  const step = findStep(openSecret(setting, owner, newSecret), code, now)
  if (step === undefined) throw failFactor('factor.wrong_code')
  const shown = { offered: newSecret, step, now: now.toISOString() }
  if (!(await confirmTotpRow(tx, owner.person, shown))) throw failFactor('factor.wrong_code')
}

/** Whether the code is right and its step was not spent before; spends it, in the caller's transaction. */
export async function showTotp(setting: FactorSetting, tx: Transaction, owner: Owner, code: string): Promise<boolean> {
  const row = await readTotpRow(tx, owner.person)
  if (row === undefined || row.secret === null || row.failures >= mostFailures) return false
  const step = findStep(openSecret(setting, owner, row.secret), code, setting.now())
  return step !== undefined && spendTotpStep(tx, owner.person, step)
}

function openSecret({ platformKey }: FactorSetting, { organisation, person }: Owner, sealed: Buffer): Secret {
  return Secret.fromBase32(platformKey.open('account', totpContext(organisation, person), sealed).toString())
}

/** The time step that a code is of: now's, or one to either side. */
function findStep(secret: Secret, code: string, now: Date): number | undefined {
  const timestamp = now.getTime()
  const delta = new TOTP({ secret, period }).validate({ token: code, timestamp, window: 1 })
  return delta === null ? undefined : Math.floor(timestamp / 1000 / period) + delta
}
