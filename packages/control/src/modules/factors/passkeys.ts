/**
 * Passkeys as second factors (WebAuthn level 3). The authenticator must verify its user; the challenge is ours, for one
 * use within five minutes; origin and relying party are a name of this server; a signature counter never goes back.
 */
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import type { PasskeyCreation, PasskeyMade, PasskeyRequest, PasskeyUsed } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failFactor } from './errors.ts'
import { insertPasskey, listPasskeyRows, usePasskeyRow, type StoredPasskey } from './passkey-store.ts'
import { readRelyingParty } from './relying-party.ts'
import { passkeyNameContext, type FactorSetting, type Showing } from './setting.ts'
import { passkeyAlgorithms, verifyPasskeyMade, verifyPasskeyUsed } from './verify-passkey.ts'

export const challengeLife = 5 * 60_000
const mostPasskeys = 20

export const drawChallenge = (): string => randomBytes(32).toString('base64url')

const describeKnown = ({ credential, transports }: StoredPasskey) => ({
  id: credential,
  type: 'public-key' as const,
  transports,
})

/** Asks for one of the person's passkeys that are bound to this name; null when there is none. */
export function askForPasskey(
  { serverNames }: FactorSetting,
  passkeys: readonly StoredPasskey[],
  host: string,
  challenge: string,
): PasskeyRequest | null {
  const party = readRelyingParty(host, serverNames)
  const usable = passkeys.filter((passkey) => passkey.host === party?.id)
  if (party === undefined || usable.length === 0) return null
  return {
    challenge,
    rpId: party.id,
    timeout: challengeLife,
    userVerification: 'required',
    allowCredentials: usable.map(describeKnown),
  }
}

type Owner = { readonly organisation: string; readonly person: string }

/** @throws `factor.wrong_host`, `factor.too_many` */
export async function offerPasskey(
  { serverNames, people }: FactorSetting,
  tx: Transaction,
  { person, host }: Owner & { readonly host: string },
  challenge: string,
): Promise<PasskeyCreation> {
  const party = readRelyingParty(host, serverNames)
  if (party === undefined) throw failFactor('factor.wrong_host')
  const [known, account] = [await listPasskeyRows(tx, person), await people.readPerson(tx, person)]
  if (known.length >= mostPasskeys) throw failFactor('factor.too_many')
  const name = account?.email ?? ''
  return {
    challenge,
    rp: { id: party.id, name: 'Keyhold' },
    // The person's id, in no form that says more (WebAuthn, section 14.6.1: nothing personal).
    user: { id: Buffer.from(person).toString('base64url'), name, displayName: account?.name ?? name },
    pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: challengeLife,
    attestation: 'none',
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' },
    excludeCredentials: known.map(describeKnown),
  }
}

type Made = {
  readonly name: string
  readonly answer: PasskeyMade
  readonly challenge: string | null
  readonly host: string
}
type AddedPasskey = { id: string; name: string; created: string; lastUsed: null }

/** @throws `factor.passkey_refused`, `factor.passkey_known` */
export async function addPasskey(
  setting: FactorSetting,
  tx: Transaction,
  { organisation, person }: Owner,
  { name, answer, challenge, host }: Made,
): Promise<AddedPasskey> {
  const party = readRelyingParty(host, setting.serverNames)
  if (party === undefined || challenge === null) throw failFactor('factor.passkey_refused')
  const { id: credential, publicKey, counter } = await verifyPasskeyMade(answer, challenge, party)
  const id = randomUUIDv7()
  const created = setting.now().toISOString()
  const added = await insertPasskey(tx, {
    organisation,
    id,
    person,
    credential,
    publicKey: Buffer.from(publicKey),
    counter,
    transports: answer.transports,
    host: party.id,
    nameSealed: setting.platformKey.seal('account', passkeyNameContext(organisation, id), name),
    created,
  })
  if (!added) throw failFactor('factor.passkey_known')
  return { id, name, created, lastUsed: null }
}

/** Whether the person's passkey signed the challenge, here and now, and its counter went on. */
export async function showPasskey(
  setting: FactorSetting,
  tx: Transaction,
  { organisation, person, host, challenge, note }: Showing,
  answer: PasskeyUsed,
): Promise<boolean> {
  const party = readRelyingParty(host, setting.serverNames)
  const passkey = (await listPasskeyRows(tx, person)).find(({ credential }) => credential === answer.id)
  if (party === undefined || challenge === null || passkey?.host !== party.id) return false
  const counter = await verifyPasskeyUsed(answer, challenge, party, passkey.publicKey)
  if (counter === undefined) return false
  if (await usePasskeyRow(tx, passkey.id, counter, setting.now().toISOString())) return true
  note({ details: { passkeyCounterWentBack: true, passkey: passkey.id } })
  setting.log.error('passkey.counter_went_back', { organisation, passkey: passkey.id })
  return false
}
