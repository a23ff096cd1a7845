/** The API's operations on provisioning itself. */
import type { Handlers } from '../../platform/http/call.ts'
import { requirePerson } from '../people/index.ts'
import { createToken, revokeToken } from './keep-tokens.ts'
import type { ProvisioningSetting } from './setting.ts'
import { listTokenRows } from './store.ts'

type TokenHandlers = Handlers<'readProvisioning' | 'createProvisioningToken' | 'revokeProvisioningToken'>

export function createTokenHandlers(setting: ProvisioningSetting): TokenHandlers {
  return {
    async readProvisioning({ organisation }) {
      return setting.database.readTenant({ organisation }, async (tx) => {
        const [tokens, people] = [await listTokenRows(tx), await setting.people.listProvisioned(tx)]
        return { tokens, people }
      })
    },
    async createProvisioningToken(call) {
      const { organisation, body } = call
      const { id: by } = requirePerson(call.principal)
      return call.commit(async (tx) => {
        const made = await createToken(setting, tx, { organisation, by, ...body })
        call.note({ object: { kind: 'token', id: made.token.id }, after: made.token })
        return made
      })
    },
    async revokeProvisioningToken(call) {
      const { organisation } = call
      const id = call.params.token
      call.note({ object: { kind: 'token', id } })
      return call.commit(async (tx) => {
        await revokeToken(setting, tx, { organisation, id })
        return undefined
      })
    },
  }
}
