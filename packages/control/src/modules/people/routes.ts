/** The API's operations on sessions and the caller's own account. */
import type { ChangeCall, Handlers, ReadCall } from '../../platform/http/call.ts'
import { formatSessionCookie, handOver, refuseOtherSites } from '../../platform/http/credentials.ts'
import { describePerson } from './accounts.ts'
import { tellOfBreakGlass } from './break-glass.ts'
import { describeAgent } from './describe-agent.ts'
import { enter } from './enter.ts'
import { endOtherSessions, endOwnSession, listOwnSessions } from './own-sessions.ts'
import type { PasswordHasher } from './password-hash.ts'
import { listPeopleRows } from './people-store.ts'
import { changePolicy, needsFactor } from './policy.ts'
import type { ProofGate } from './proof-gate.ts'
import { readSelf } from './read-self.ts'
import { endSession } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'
import { signIn } from './sign-in.ts'
import { requirePerson } from './standing.ts'

type SessionHandlers = Handlers<'listSessions' | 'endSession' | 'endOtherSessions' | 'changeSecurityPolicy'>
export type PeopleHandlers = SessionHandlers & Handlers<'signIn' | 'signOut' | 'readSelf' | 'listPeople'>

export function createPeopleHandlers(setting: PeopleSetting, hasher: PasswordHasher, gate: ProofGate): PeopleHandlers {
  async function answerSignIn(call: ChangeCall<'signIn'>) {
    const { email, password, browser = false, proof } = call.body
    if (browser) refuseOtherSites(call.request)
    const who = { email, password, address: call.address, proof }
    const { organisation, person, settle } = await signIn(setting, { hasher, gate }, who, (account) => {
      call.enter(account.organisation)
      call.note({ object: { kind: 'person', id: account.id } })
    })
    call.note({ actor: { kind: 'person', id: person } })
    const { host = '', 'user-agent': agent } = call.request.headers
    return call.commit(async (tx) => {
      await settle(tx)
      if (await tellOfBreakGlass(setting, tx, person)) call.note({ details: { breakGlass: true } })
      const pending = await setting.beginSecondStep(tx, { organisation, person, host })
      if (pending !== undefined) {
        call.note({ details: { pending: true } })
        return { organisation, session: null, pending, factorNeeded: false }
      }
      const place = { organisation, person, address: call.address, program: describeAgent(agent) }
      const session = await enter(setting, tx, place)
      call.note({ after: { person, expires: session.expires } })
      const factorNeeded = await needsFactor(tx, person)
      return { organisation, session: handOver(call.reply, browser, session), pending: null, factorNeeded }
    })
  }
  async function signOut(call: ChangeCall<'signOut'>) {
    const principal = requirePerson(call.principal)
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
  return {
    signIn: answerSignIn,
    signOut,
    readSelf: (call) => readSelf(setting, call.principal),
    listPeople,
    ...createSessionHandlers(setting),
  }
}

function createSessionHandlers(setting: PeopleSetting): SessionHandlers {
  return {
    async listSessions(call) {
      return { sessions: await listOwnSessions(setting, requirePerson(call.principal)) }
    },
    async endSession(call) {
      const { id } = requirePerson(call.principal)
      const { session } = call.params
      call.note({ object: { kind: 'session', id: session } })
      return call.commit(async (tx) => {
        await endOwnSession(setting, tx, id, session)
        return undefined
      })
    },
    async endOtherSessions(call) {
      const owner = requirePerson(call.principal)
      call.note({ object: { kind: 'person', id: owner.id } })
      return call.commit(async (tx) => {
        const ended = await endOtherSessions(setting, tx, owner)
        call.note({ details: { ended } })
        return { ended }
      })
    },
    async changeSecurityPolicy(call) {
      const { organisation, body } = call
      const { id: person } = requirePerson(call.principal)
      call.note({ object: { kind: 'organisation', id: organisation }, details: { ...body } })
      return call.commit((tx) => changePolicy(tx, { organisation, person, now: setting.now() }, body))
    },
  }
}
