/** The API's operations on second factors and step-up. */
import { roleMay } from '@keyhold/contract'
import type { AuditActor } from '../../platform/audit-port.ts'
import type { ChangeCall, Handlers } from '../../platform/http/call.ts'
import { handOver, refuseOtherSites } from '../../platform/http/credentials.ts'
import { describeAgent, requirePerson } from '../people/index.ts'
import { readSecurity, removePasskey, removeTotp, settleAddedFactor } from './own-factors.ts'
import { addPasskey, challengeLife, drawChallenge, offerPasskey } from './passkeys.ts'
import { putChallenge, takeChallenge } from './passkey-store.ts'
import { renewRecoveryCodes } from './recovery-codes.ts'
import { completeSignIn } from './second-step.ts'
import type { FactorSetting } from './setting.ts'
import { beginStepUp, stepUp } from './step-up.ts'
import { failFactor } from './errors.ts'
import { confirmTotp, offerTotp } from './totp.ts'

type ProofHandlers = Handlers<'completeSignIn' | 'beginStepUp' | 'stepUp'>
type TotpHandlers = Handlers<'startTotp' | 'confirmTotp' | 'removeTotp'>
type PasskeyHandlers = Handlers<'beginPasskey' | 'addPasskey' | 'removePasskey'>
export type FactorHandlers = ProofHandlers &
  TotpHandlers &
  PasskeyHandlers &
  Handlers<'readSecurity' | 'renewRecoveryCodes'>

export function createFactorHandlers(setting: FactorSetting): FactorHandlers {
  return {
    ...createProofHandlers(setting),
    ...createTotpHandlers(setting),
    ...createPasskeyHandlers(setting),
    async readSecurity(call) {
      const { id: person, organisation, role } = requirePerson(call.principal)
      const security = await readSecurity(setting, { organisation, person })
      return { ...security, managesPolicy: roleMay(role, 'organisation.manage') }
    },
    async renewRecoveryCodes(call) {
      const { id: person, organisation } = requirePerson(call.principal)
      call.note({ object: { kind: 'person', id: person } })
      return call.commit(async (tx) => {
        if (!(await setting.people.hasFactor(tx, person))) throw failFactor('factor.unknown')
        return { recoveryCodes: await renewRecoveryCodes(setting, tx, { organisation, person }) }
      })
    },
  }
}

const hostOf = ({ request }: Pick<ChangeCall<'stepUp'>, 'request'>) => request.headers.host ?? ''

function createProofHandlers(setting: FactorSetting): ProofHandlers {
  return {
    async completeSignIn(call) {
      const { browser = false, ...shown } = call.body
      const { organisation } = shown
      if (browser) refuseOtherSites(call.request)
      const program = describeAgent(call.request.headers['user-agent'])
      let actor: AuditActor = { kind: 'anonymous', id: null }
      const completion = { ...shown, host: hostOf(call), address: call.address, program }
      return completeSignIn(setting, completion, {
        onKnown: (id) => {
          actor = { kind: 'person', id }
          call.enter(organisation)
          call.note({ object: { kind: 'person', id } })
        },
        note: call.note,
        commit: (work) =>
          call.commit(async (tx) => {
            const session = await work(tx)
            call.note({ actor })
            return { organisation, session: handOver(call.reply, browser, session) }
          }),
      })
    },
    async beginStepUp(call) {
      const caller = requirePerson(call.principal)
      call.note({ object: { kind: 'session', id: caller.session } })
      return call.commit((tx) => beginStepUp(setting, tx, caller, hostOf(call)))
    },
    async stepUp(call) {
      const caller = requirePerson(call.principal)
      call.note({ object: { kind: 'session', id: caller.session } })
      const given = { proof: call.body.proof, host: hostOf(call), address: call.address }
      return stepUp(setting, caller, given, {
        note: call.note,
        commit: (work) => call.commit(async (tx) => ({ session: handOver(call.reply, caller.cookie, await work(tx)) })),
      })
    },
  }
}

function createTotpHandlers(setting: FactorSetting): TotpHandlers {
  const { people } = setting
  return {
    async startTotp(call) {
      const { id: person, organisation } = requirePerson(call.principal)
      call.note({ object: { kind: 'person', id: person } })
      return call.commit(async (tx) => {
        const label = (await people.readPerson(tx, person))?.email ?? person
        return offerTotp(setting, tx, { organisation, person }, label)
      })
    },
    async confirmTotp(call) {
      const { id: person, organisation } = requirePerson(call.principal)
      call.note({ object: { kind: 'person', id: person } })
      const owner = { organisation, person }
      return call.commit(async (tx) => {
        await confirmTotp(setting, tx, owner, call.body.code)
        return { recoveryCodes: await settleAddedFactor(setting, tx, owner) }
      })
    },
    async removeTotp(call) {
      const { id: person } = requirePerson(call.principal)
      call.note({ object: { kind: 'person', id: person } })
      return call.commit(async (tx) => {
        await removeTotp(setting, tx, person)
        return undefined
      })
    },
  }
}

function createPasskeyHandlers(setting: FactorSetting): PasskeyHandlers {
  const { database, now } = setting
  return {
    async beginPasskey(call) {
      const { id: person, organisation, session } = requirePerson(call.principal)
      call.note({ object: { kind: 'person', id: person } })
      const challenge = drawChallenge()
      const expires = new Date(now().getTime() + challengeLife).toISOString()
      return call.commit(async (tx) => {
        await putChallenge(tx, { organisation, session, purpose: 'add' }, { challenge, expires })
        return offerPasskey(setting, tx, { organisation, person, host: hostOf(call) }, challenge)
      })
    },
    async addPasskey(call) {
      const { id: person, organisation, session } = requirePerson(call.principal)
      const owner = { organisation, person }
      // In a transaction of its own: a challenge is for one answer, a wrong one too.
      const challenge = await database.withTenant(owner, (tx) => takeChallenge(tx, session, 'add', now().toISOString()))
      return call.commit(async (tx) => {
        const passkey = await addPasskey(setting, tx, owner, { ...call.body, challenge, host: hostOf(call) })
        call.note({ object: { kind: 'passkey', id: passkey.id } })
        return { passkey, recoveryCodes: await settleAddedFactor(setting, tx, owner) }
      })
    },
    async removePasskey(call) {
      const { id: person } = requirePerson(call.principal)
      const { passkey } = call.params
      call.note({ object: { kind: 'passkey', id: passkey } })
      return call.commit(async (tx) => {
        await removePasskey(setting, tx, person, passkey)
        return undefined
      })
    },
  }
}
