/** The API's operations on an operator's own passkeys. */
import type { Handlers } from '../../platform/http/call.ts'
import { hostOf } from './entering-routes.ts'
import { addPasskey, beginPasskey, listPasskeys, removePasskey, renamePasskey } from './passkeys.ts'
import { installation, requireOperator, type OperatorSetting } from './setting.ts'

type PasskeyHandlers = Handlers<
  | 'listOperatorPasskeys'
  | 'beginOperatorPasskey'
  | 'addOperatorPasskey'
  | 'renameOperatorPasskey'
  | 'removeOperatorPasskey'
>

export function createPasskeyHandlers(setting: OperatorSetting): PasskeyHandlers {
  return {
    async listOperatorPasskeys(call) {
      const { id } = requireOperator(call.principal)
      return { passkeys: await setting.database.withTenant(installation, (tx) => listPasskeys(setting, tx, id)) }
    },
    async beginOperatorPasskey(call) {
      const caller = requireOperator(call.principal)
      call.note({ object: { kind: 'operator', id: caller.id } })
      return call.commit((tx) => beginPasskey(setting, tx, caller, hostOf(call)))
    },
    async addOperatorPasskey(call) {
      const caller = requireOperator(call.principal)
      const made = { ...call.body, host: hostOf(call) }
      return call.commit(async (tx) => {
        const added = await addPasskey(setting, tx, caller, made)
        call.note({ object: { kind: 'passkey', id: added.id } })
        return added
      })
    },
    async renameOperatorPasskey(call) {
      const { id } = requireOperator(call.principal)
      const { name } = call.body
      return call.commit(async (tx) => {
        await renamePasskey(setting, tx, id, { passkey: call.params.passkey, name })
        return { name }
      })
    },
    async removeOperatorPasskey(call) {
      const caller = requireOperator(call.principal)
      return call.commit(async (tx) => {
        await removePasskey(setting, tx, caller, call.params.passkey)
        return undefined
      })
    },
  }
}
