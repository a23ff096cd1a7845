/** The API's operations on what waits for a second administrator. */
import type { Handlers } from '../../platform/http/call.ts'
import type { StoredRequest } from './request-store.ts'
import { approveRequest, withdrawRequest } from './requests.ts'
import { requireOperator, type OperatorSetting } from './setting.ts'

type RequestHandlers = Handlers<'approveOperatorRequest' | 'withdrawOperatorRequest'>

export function createRequestHandlers(setting: OperatorSetting): RequestHandlers {
  return {
    async approveOperatorRequest(call) {
      const caller = requireOperator(call.principal)
      return call.commit(async (tx) => {
        const request = await approveRequest(setting, tx, caller, { ...call.params, ...call.body })
        call.note(describeRequest(request))
        return undefined
      })
    },
    async withdrawOperatorRequest(call) {
      const caller = requireOperator(call.principal)
      return call.commit(async (tx) => {
        call.note(describeRequest(await withdrawRequest(setting, tx, caller, call.params.request)))
        return undefined
      })
    },
  }
}

/** Who asked, for whom, and for which roles. */
const describeRequest = ({ id, askedBy, invitation, operator, roles }: StoredRequest) => ({
  object: { kind: 'request', id },
  details: {
    askedBy,
    ...(operator === null ? { invitation } : { operator }),
    ...noteRoles(roles),
  },
})

export const noteRoles = (roles: readonly string[]) => Object.fromEntries(roles.map((role) => [role, true]))
