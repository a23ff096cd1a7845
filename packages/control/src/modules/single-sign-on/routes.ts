/** The API's operations on single sign-on. */
import type { ChangeCall, Handlers } from '../../platform/http/call.ts'
import { handOver, refuseOtherSites } from '../../platform/http/credentials.ts'
import { describeAgent, requirePerson } from '../people/index.ts'
import { depart, formatAttemptCookie, type Departure } from './begin.ts'
import { createBeginGate } from './begin-gate.ts'
import { comeBack } from './come-back.ts'
import { domainOf } from './domains.ts'
import { failSingleSignOn } from './errors.ts'
import { readLink } from './link-store.ts'
import { connectAccount, disconnect, offersStepUp, stepUpByProvider } from './own-link.ts'
import { readProviderRow } from './provider-store.ts'
import type { Relying } from './relying-party.ts'
import type { SingleSignOnSetting } from './setting.ts'
import { createSettingHandlers, type SettingHandlers } from './setting-routes.ts'
import { createLogout, endByProvider } from './end-by-provider.ts'
import { enterByProvider } from './sign-in.ts'

type SignInHandlers = Handlers<'beginSingleSignOn' | 'finishSingleSignOn'>
type OwnOperation =
  | 'readOwnSingleSignOn'
  | 'beginConnect'
  | 'beginProviderStepUp'
  | 'finishOwnSingleSignOn'
  | 'disconnectSingleSignOn'
export type SingleSignOnHandlers = Handlers<'endByProvider' | 'readSignInWays'> &
  SignInHandlers &
  Handlers<OwnOperation> &
  SettingHandlers

export function createSingleSignOnHandlers(setting: SingleSignOnSetting, relying: Relying): SingleSignOnHandlers {
  const logout = createLogout(setting, relying)
  return {
    ...createSignInHandlers(setting, relying),
    ...createOwnHandlers(setting, relying),
    ...createSettingHandlers(setting),
    async readSignInWays({ params: { organisation } }) {
      const provider = await setting.database.readTenant({ organisation }, readProviderRow)
      return { provider: provider?.name ?? null }
    },
    endByProvider: (call) => endByProvider(setting, logout, call),
  }
}

function createSignInHandlers(setting: SingleSignOnSetting, relying: Relying): SignInHandlers {
  const gate = createBeginGate(setting.people.gate)
  return {
    async beginSingleSignOn(call) {
      refuseOtherSites(call.request)
      const { proof, ...named } = call.body
      const keep = await gate.pass(named, call.address, proof)
      const departure = await readDeparture(setting, named)
      const { url, cookie, state } = await depart(setting, relying, departure)
      call.enter(departure.organisation)
      return call.commit(async () => {
        call.reply.header('set-cookie', cookie)
        keep(state)
        return { url }
      })
    },
    async finishSingleSignOn(call) {
      refuseOtherSites(call.request)
      const { host = '', cookie: cookies, 'user-agent': agent } = call.request.headers
      const returned = await comeBack(setting, relying, {
        query: call.body.query,
        cookies,
        own: false,
        onKnown: call.enter,
      })
      const place = { host, address: call.address, program: describeAgent(agent) }
      return call.commit(async (tx) => {
        const entered = await enterByProvider(setting, tx, returned, place)
        const { person, how, session, pending, factorNeeded } = entered
        const object = { kind: 'person', id: person }
        call.note({ actor: { kind: 'person', id: person }, object, details: { how, pending: pending !== null } })
        if (session !== undefined) handOver(call.reply, true, session)
        tx.onCommit(() => gate.finish(call.body.query))
        return { organisation: returned.organisation, pending, factorNeeded }
      })
    },
  }
}

type Named = { readonly email: string } | { readonly organisation: string; readonly invitation?: string }

/** An unknown domain and one that nobody has proven are alike. @throws `single_sign_on.unknown_domain` */
async function readDeparture({ database, people }: SingleSignOnSetting, body: Named): Promise<Departure> {
  const common = { purpose: 'sign-in', session: null, invitation: null } as const
  if ('email' in body) {
    const domain = domainOf(body.email)
    const found = domain === undefined ? undefined : await database.lookUp.domain(domain)
    if (found === undefined) throw failSingleSignOn('single_sign_on.unknown_domain')
    await requireProvider(database, found.organisation)
    return { ...common, organisation: found.organisation, hint: body.email }
  }
  const { organisation } = body
  await requireProvider(database, organisation)
  if (body.invitation === undefined) return { ...common, organisation }
  const invitation = await people.provider.findInvitation(organisation, body.invitation)
  if (invitation === undefined) throw failSingleSignOn('single_sign_on.unknown_domain')
  return { ...common, organisation, invitation }
}

async function requireProvider(database: SingleSignOnSetting['database'], organisation: string): Promise<void> {
  const provider = await database.readTenant({ organisation }, readProviderRow)
  if (provider === undefined) throw failSingleSignOn('single_sign_on.unknown_domain')
}

function createOwnHandlers(setting: SingleSignOnSetting, relying: Relying): Handlers<OwnOperation> {
  async function begin(call: ChangeCall<'beginConnect' | 'beginProviderStepUp'>, purpose: 'connect' | 'step-up') {
    const { organisation, session } = requirePerson(call.principal)
    call.note({ object: { kind: 'session', id: session } })
    const { url, cookie } = await depart(setting, relying, { organisation, purpose, session, invitation: null })
    return call.commit(async () => {
      call.reply.header('set-cookie', cookie)
      return { url }
    })
  }
  return {
    async readOwnSingleSignOn({ principal, organisation }) {
      const { id } = requirePerson(principal)
      return setting.database.readTenant({ organisation }, async (tx) => {
        const [provider, link] = await Promise.all([readProviderRow(tx), readLink(tx, id)])
        return { provider: provider?.name ?? null, connected: link?.created ?? null }
      })
    },
    beginConnect: (call) => begin(call, 'connect'),
    async beginProviderStepUp(call) {
      const { organisation, id } = requirePerson(call.principal)
      const offered = await setting.database.readTenant({ organisation }, (tx) => offersStepUp(setting, tx, id))
      if (!offered) throw failSingleSignOn('single_sign_on.no_step_up')
      return begin(call, 'step-up')
    },
    finishOwnSingleSignOn: (call) => finishOwn(setting, relying, call),
    async disconnectSingleSignOn(call) {
      const caller = requirePerson(call.principal)
      call.note({ object: { kind: 'person', id: caller.id } })
      return call.commit(async (tx) => {
        await disconnect(setting, tx, caller)
        return undefined
      })
    },
  }
}

async function finishOwn(setting: SingleSignOnSetting, relying: Relying, call: ChangeCall<'finishOwnSingleSignOn'>) {
  const caller = requirePerson(call.principal)
  call.note({ object: { kind: 'person', id: caller.id } })
  const { cookie: cookies } = call.request.headers
  const back = { query: call.body.query, cookies, own: true, onKnown: () => {} }
  const returned = await comeBack(setting, relying, back)
  const purpose = returned.attempt.purpose === 'connect' ? 'connect' : 'step-up'
  return call.commit(async (tx) => {
    call.note({ details: { purpose } })
    call.reply.header('set-cookie', formatAttemptCookie('', 0))
    if (purpose === 'connect') {
      await connectAccount(setting, tx, caller, returned)
      return { purpose, session: null }
    }
    const session = await stepUpByProvider(setting, tx, caller, returned)
    return { purpose, session: handOver(call.reply, caller.cookie, session) }
  })
}
