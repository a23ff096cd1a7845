/** The API's operations on sessions and the caller's own account. */
import { failAccess } from '../../platform/access.ts'
import type { ChangeCall, Handlers, ReadCall } from '../../platform/http/call.ts'
import { formatSessionCookie, handOver, refuseOtherSites } from '../../platform/http/credentials.ts'
import { describePerson } from './accounts.ts'
import type { PasswordHasher } from './password-hash.ts'
import { listPeopleRows } from './people-store.ts'
import type { ProofGate } from './proof-gate.ts'
import { readSelf } from './read-self.ts'
import { endSession } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'
import { signIn } from './sign-in.ts'

export type PeopleHandlers = Handlers<'signIn' | 'signOut' | 'readSelf' | 'listPeople'>

export function createPeopleHandlers(setting: PeopleSetting, hasher: PasswordHasher, gate: ProofGate): PeopleHandlers {
  async function answerSignIn(call: ChangeCall<'signIn'>) {
    const { email, password, browser = false, proof } = call.body
    if (browser) refuseOtherSites(call.request)
    const agent = call.request.headers['user-agent']
    const who = { email, password, address: call.address, agent, proof }
    const { organisation, person, open } = await signIn(setting, { hasher, gate }, who, (account) => {
      call.enter(account.organisation)
      call.note({ object: { kind: 'person', id: account.id } })
    })
    call.note({ actor: { kind: 'person', id: person } })
    return call.commit(async (tx) => {
      const session = await open(tx)
      return { organisation, session: handOver(call.reply, browser, session) }
    })
  }
  async function signOut(call: ChangeCall<'signOut'>) {
    const { principal } = call
    if (principal.kind !== 'person') throw failAccess('access.denied')
    call.note({ object: { kind: 'session', id: principal.session } })
    if (principal.cookie) call.reply.header('set-cookie', formatSessionCookie('', new Date(0).toISOString()))
    return call.commit(async (tx) => {
      await endSession(setting, tx, principal.session)
      return undefined
    })
  }
  async function listPeople({ organisation }: ReadCall<'listPeople'>) {
    const stored = await setting.database.readTenant({ organisation }, (tx) => listPeopleRows(tx, null))
    return { people: stored.map((person) => describePerson(setting, person)) }
  }
  return { signIn: answerSignIn, signOut, readSelf: (call) => readSelf(setting, call.principal), listPeople }
}
