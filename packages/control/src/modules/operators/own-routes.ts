/** The API's operations on an operator's own sessions, and on who the operators are. */
import type { OperatorRequest } from '@keyhold/contract'
import type { Handlers } from '../../platform/http/call.ts'
import { hostOf, setOperatorCookie } from './entering-routes.ts'
import { failOperator } from './errors.ts'
import { changeRoles, inviteOperator, listOperators, removeOperator, revokeInvitation } from './manage-operators.ts'
import { listPasskeyRows } from './passkey-store.ts'
import { readSelf } from './read-self.ts'
import { noteRoles } from './request-routes.ts'
import { endOtherSessions, endSession, listOwnSessions, renewSession } from './sessions.ts'
import { installation, requireOperator, type OperatorSetting } from './setting.ts'
import { askForPasskey, showPasskey } from './show-passkey.ts'

type SessionHandlers = Handlers<
  | 'readOperatorSelf'
  | 'signOutOperator'
  | 'listOperatorSessions'
  | 'endOperatorSession'
  | 'endOtherOperatorSessions'
  | 'beginOperatorStepUp'
  | 'stepUpOperator'
>
type PeopleHandlers = Handlers<
  'listOperators' | 'inviteOperator' | 'revokeOperatorInvitation' | 'changeOperatorRoles' | 'removeOperator'
>

export function createSessionHandlers(setting: OperatorSetting): SessionHandlers {
  const { database } = setting
  return {
    async readOperatorSelf(call) {
      const { id, session } = requireOperator(call.principal)
      const open = await listOwnSessions(setting, requireOperator(call.principal))
      const { expires = '' } = open.find((one) => one.id === session) ?? {}
      return database.withTenant(installation, (tx) => readSelf(setting, tx, id, expires))
    },
    async signOutOperator(call) {
      const { id, session } = requireOperator(call.principal)
      call.note({ object: { kind: 'session', id: session } })
      setOperatorCookie(call, { secret: '', expires: new Date(0).toISOString() })
      return call.commit(async (tx) => {
        await endSession(setting, tx, id, session)
        return undefined
      })
    },
    listOperatorSessions: async (call) => ({
      sessions: await listOwnSessions(setting, requireOperator(call.principal)),
    }),
    async endOperatorSession(call) {
      const { id } = requireOperator(call.principal)
      return call.commit(async (tx) => {
        await endSession(setting, tx, id, call.params.session)
        return undefined
      })
    },
    async endOtherOperatorSessions(call) {
      const { id, session } = requireOperator(call.principal)
      call.note({ object: { kind: 'operator', id } })
      return call.commit(async (tx) => ({ ended: await endOtherSessions(setting, tx, id, session) }))
    },
    async beginOperatorStepUp(call) {
      const { id, session } = requireOperator(call.principal)
      call.note({ object: { kind: 'session', id: session } })
      return call.commit(async (tx) =>
        askForPasskey(setting, `step-up/${session}`, hostOf(call), await listPasskeyRows(tx, id)),
      )
    },
    async stepUpOperator(call) {
      const { id, session } = requireOperator(call.principal)
      call.note({ object: { kind: 'session', id: session } })
      const shown = { ...call.body, host: hostOf(call) }
      return call.commit(async (tx) => {
        const who = await showPasskey(setting, tx, `step-up/${session}`, shown, () => {})
        // Another operator's passkey proves another operator.
        if (who !== id) throw failOperator('operator.step_up_refused')
        const renewed = await renewSession(setting, tx, session)
        setOperatorCookie(call, renewed)
        return readSelf(setting, tx, id, renewed.expires)
      })
    },
  }
}

export function createPeopleHandlers(setting: OperatorSetting): PeopleHandlers {
  return {
    listOperators: () => setting.database.withTenant(installation, (tx) => listOperators(setting, tx)),
    async inviteOperator(call) {
      const caller = requireOperator(call.principal)
      return call.commit(async (tx) => {
        const invited = await inviteOperator(setting, tx, caller, call.body)
        const details = { ...noteRoles(call.body.roles), ...noteSecond(invited.request) }
        call.note({ object: { kind: 'invitation', id: invited.invitation.id }, details })
        return invited
      })
    },
    async revokeOperatorInvitation(call) {
      const caller = requireOperator(call.principal)
      return call.commit(async (tx) => {
        await revokeInvitation(tx, caller, call.params.invitation)
        return undefined
      })
    },
    async changeOperatorRoles(call) {
      const caller = requireOperator(call.principal)
      const { roles } = call.body
      return call.commit(async (tx) => {
        const { before, request } = await changeRoles(setting, tx, caller, { operator: call.params.operator, roles })
        const now = request === null ? roles : before.roles
        const details = { ...noteRoles(roles), ...noteSecond(request) }
        call.note({ before: { roles: before.roles }, after: { roles: now }, details })
        return { roles: now, request }
      })
    },
    async removeOperator(call) {
      const caller = requireOperator(call.principal)
      return call.commit(async (tx) => {
        await removeOperator(setting, tx, caller, call.params.operator)
        return undefined
      })
    },
  }
}

/** Whether it waits for a second administrator, and as which request. */
const noteSecond = (request: OperatorRequest | null): Record<string, string | boolean> =>
  request === null ? { waits: false } : { waits: true, operatorRequest: request.id }
