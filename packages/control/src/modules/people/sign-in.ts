/** Signing in, alike in answer and time for known and unknown addresses. */
import type { Proof } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { describePerson, lookUpEmail, recognise } from './accounts.ts'
import { failPeople } from './errors.ts'
import type { PasswordHasher } from './password-hash.ts'
import { writeNewPlaceMail } from './password-mails.ts'
import { listPeopleRows, updatePasswordHash } from './people-store.ts'
import type { ProofGate } from './proof-gate.ts'
import { openSession, type Session } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'
import { describePlace, notePlace, type Place } from './sign-in-places.ts'

export type SignIn = {
  readonly email: string
  readonly password: string
  readonly address: string
  /** The User-Agent header. */
  readonly agent: string | undefined
  readonly proof: Proof | undefined
}
export type SignedIn = { readonly organisation: string; readonly person: string; readonly open: OpenSession }
type OpenSession = (tx: Transaction) => Promise<Session>

/**
 * Whom address and password belong to. `onKnown` hears of the account that was tried, right or wrong, before the answer:
 * the log is its organisation's.
 *
 * @throws `sign_in.refused`, `sign_in.busy`, `sign_in.proof_needed`
 */
export async function signIn(
  setting: PeopleSetting,
  { hasher, gate }: { readonly hasher: PasswordHasher; readonly gate: ProofGate },
  { email, password, address, agent, proof }: SignIn,
  onKnown: (account: { organisation: string; id: string }) => void,
): Promise<SignedIn> {
  const emailLookup = lookUpEmail(setting, email)
  const takeBack = await gate.pass({ call: 'sign-in', account: emailLookup, address, proof })
  const { account, correct, outdated = false } = await recognise(setting, hasher, emailLookup, password)
  if (account !== undefined) onKnown(account)
  if (account === undefined || !correct) throw failPeople('sign_in.refused')
  takeBack()
  const { organisation, id: person } = account
  const newHash = outdated ? await hasher.hash(password) : undefined
  return {
    organisation,
    person,
    async open(tx) {
      if (newHash !== undefined) await updatePasswordHash(tx, person, newHash)
      const place = { organisation, person, address, agent }
      if (await notePlace(setting, tx, place)) await tellOfPlace(setting, tx, place)
      return openSession(setting, tx, { organisation, person, address })
    },
  }
}

async function tellOfPlace(setting: PeopleSetting, tx: Transaction, place: Place): Promise<void> {
  const { mail, now, readUrl } = setting
  const [stored] = await listPeopleRows(tx, place.person)
  if (stored === undefined) return
  const { email } = describePerson(setting, stored)
  const letter = writeNewPlaceMail(email, readUrl(), { ...describePlace(place), time: now() })
  tx.onCommit(() => void mail.send(letter))
}
