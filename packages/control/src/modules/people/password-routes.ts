/** The API's operations on passwords. */
import { failAccess } from '../../platform/access.ts'
import type { ChangeCall, Handlers } from '../../platform/http/call.ts'
import { hashSecret, readSecretKind } from '../tokens/index.ts'
import { describePerson, lookUpEmail } from './accounts.ts'
import { passwordCounts } from './break-glass.ts'
import { failPeople } from './errors.ts'
import type { PasswordHasher } from './password-hash.ts'
import { listPeopleRows, readPasswordHash } from './people-store.ts'
import type { ProofGate } from './proof-gate.ts'
import { sendResetLinks } from './request-reset.ts'
import { readReset, takeReset } from './reset-store.ts'
import { preparePassword } from './set-password.ts'
import type { PeopleSetting } from './setting.ts'

export type PasswordHandlers = Handlers<'changePassword' | 'requestReset' | 'resetPassword'>

type Parts = { readonly setting: PeopleSetting; readonly hasher: PasswordHasher; readonly gate: ProofGate }

/** `later` runs what nobody waits for. */
export function createPasswordHandlers(
  parts: Parts,
  later: (name: string, work: () => Promise<void>) => void,
): PasswordHandlers {
  const { setting, gate } = parts
  return {
    changePassword: (call) => changePassword(parts, call),
    async requestReset(call) {
      const { email, proof } = call.body
      const account = lookUpEmail(setting, email)
      await gate.pass({ call: 'request-reset', account, address: call.address, proof })
      const answer = await call.commit(() => Promise.resolve(undefined))
      later('password.reset_link_failed', () => sendResetLinks(setting, email))
      return answer
    },
    resetPassword: (call) => resetPassword(parts, call),
  }
}

async function changePassword({ setting, hasher, gate }: Parts, call: ChangeCall<'changePassword'>) {
  const { principal, body, address, organisation } = call
  if (principal.kind !== 'person') throw failAccess('access.denied')
  const { id: person, session } = principal
  call.note({ object: { kind: 'person', id: person } })
  const { email, hash, barred } = await readOwn(setting, organisation, person)
  const account = lookUpEmail(setting, email)
  const takeBack = await gate.pass({ call: 'change-password', account, address, proof: body.proof })
  if (barred) throw failPeople('password.single_sign_on')
  if (hash === undefined || !(await hasher.verify(body.current, hash))) throw failPeople('password.current_wrong')
  takeBack()
  const change = {
    organisation,
    person,
    password: body.password,
    keep: session,
    how: 'changed',
    present: hash,
  } as const
  const store = await preparePassword(setting, hasher, change)
  if (store === undefined) throw failAccess('access.unauthenticated')
  return call.commit(async (tx) => {
    await store(tx)
    return undefined
  })
}

async function readOwn(setting: PeopleSetting, organisation: string, person: string) {
  return setting.database.readTenant({ organisation }, async (tx) => {
    const [[stored], hash, counts] = await Promise.all([
      listPeopleRows(tx, person),
      readPasswordHash(tx, person),
      passwordCounts(tx, person),
    ])
    if (stored === undefined) throw failAccess('access.unauthenticated')
    return { email: describePerson(setting, stored).email, hash, barred: !counts }
  })
}

/** The link is looked for before anything costs: a stranger cannot make this hash. */
async function resetPassword({ setting, hasher }: Parts, call: ChangeCall<'resetPassword'>) {
  const { secret, password } = call.body
  const { database, now } = setting
  if (readSecretKind(secret) !== 'rst') throw failPeople('password.reset_refused')
  const link = await setting.authoriser.find('passwordReset', hashSecret(secret))
  if (link === undefined) throw failPeople('password.reset_refused')
  const { organisation, id } = link
  call.enter(organisation)
  const person = await database.readTenant({ organisation }, (tx) => readReset(tx, id, now().toISOString()))
  if (person === undefined) throw failPeople('password.reset_refused')
  call.note({ object: { kind: 'person', id: person } })
  const change = { organisation, person, password, keep: null, how: 'reset', present: null } as const
  const store = await preparePassword(setting, hasher, change)
  if (store === undefined) throw failPeople('password.reset_refused')
  call.note({ actor: { kind: 'person', id: person } })
  return call.commit(async (tx) => {
    // Of two that come together the second finds the link taken, and changes nothing.
    if (!(await takeReset(tx, id, now().toISOString()))) throw failPeople('password.reset_refused')
    await store(tx)
    return undefined
  })
}
