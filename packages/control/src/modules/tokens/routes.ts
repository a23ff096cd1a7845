/** The API's operations on tokens. */
import type { Handlers } from '../../platform/http/call.ts'
import { createToken } from './create-token.ts'
import { type Forget, revokeToken } from './revoke-token.ts'
import type { TokenSetting } from './setting.ts'
import { listTokenRows, readTokenRow } from './store.ts'

export function createTokenHandlers(
  setting: TokenSetting,
  forget: Forget,
): Handlers<'listTokens' | 'createToken' | 'revokeToken'> {
  const { database, now } = setting
  return {
    listTokens: async ({ organisation }) => ({ tokens: await database.readTenant({ organisation }, listTokenRows) }),
    async createToken(call) {
      const { organisation, body } = call
      call.note({ project: body.project, object: { kind: 'token', id: body.id } })
      return createToken(setting, { ...body, organisation }, (work) =>
        call.commit(async (tx) => {
          const created = await work(tx)
          call.note({ after: created.token })
          return created
        }),
      )
    },
    async revokeToken(call) {
      const id = call.params.token
      call.note({ object: { kind: 'token', id } })
      return call.commit(async (tx) => {
        const before = (await readTokenRow(tx, id)) ?? null
        await revokeToken(tx, id, now(), forget)
        call.note({ before, after: (await readTokenRow(tx, id)) ?? null })
        return undefined
      })
    },
  }
}
