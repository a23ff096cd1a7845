/** The API's operations on tokens. */
import { failAccess, type Principal } from '../../platform/access.ts'
import type { ChangeCall, Handlers } from '../../platform/http/call.ts'
import { failHttp } from '../../platform/http/errors.ts'
import { createFailureCounter } from '../../platform/http/failures.ts'
import { createToken, type CreatedToken } from './create-token.ts'
import { describeToken } from './describe-token.ts'
import { reportLeakedToken } from './report-leaked-token.ts'
import { type Forget, revokeToken } from './revoke-token.ts'
import { rotateToken } from './rotate-token.ts'
import type { TokenSetting } from './setting.ts'
import { listTokenRows, readHeldToken } from './store.ts'
import { tokenFormat } from './token-format.ts'

type TokenOperation = 'listTokens' | 'createToken' | 'rotateToken' | 'revokeToken'
type OwnOperation = 'listOwnTokens' | 'createOwnToken' | 'rotateOwnToken' | 'revokeOwnToken'
export type TokenHandlers = Handlers<TokenOperation | OwnOperation | 'readTokenFormat' | 'reportLeakedToken'>

/** Reports in a minute from one address. */
const mostReports = 30

export function createTokenHandlers(setting: TokenSetting, forget: Forget): TokenHandlers {
  const reports = createFailureCounter(mostReports, 60_000, () => setting.now().getTime())

  async function list(organisation: string, person: string | null) {
    const rows = await setting.database.readTenant({ organisation }, (tx) => listTokenRows(tx, person))
    return { tokens: rows.map((row) => describeToken(setting.platformKey, row)) }
  }
  function create(call: ChangeCall<'createToken' | 'createOwnToken'>, own: boolean): Promise<CreatedToken> {
    const { organisation, body } = call
    const { id: by, role } = personOf(call.principal)
    call.note({ project: body.project, object: { kind: 'token', id: body.id } })
    return createToken(setting, { ...body, organisation, by, ...(own && { own: { role } }) }, (work) =>
      call.commit(async (tx) => {
        const created = await work(tx)
        call.note({ after: created.token })
        return created
      }),
    )
  }
  function rotate(call: ChangeCall<'rotateToken' | 'rotateOwnToken'>, own: boolean): Promise<CreatedToken> {
    const { organisation, body, params } = call
    const { id: by } = personOf(call.principal)
    call.note({ object: { kind: 'token', id: params.token }, details: { successor: body.id } })
    return rotateToken(setting, { ...body, organisation, token: params.token, by, own }, call.commit, forget)
  }
  async function revoke(call: ChangeCall<'revokeToken' | 'revokeOwnToken'>, own: boolean): Promise<undefined> {
    const { organisation } = call
    const id = call.params.token
    call.note({ object: { kind: 'token', id } })
    const ended = { organisation, id, ...(own && { ownOf: personOf(call.principal).id }) }
    return call.commit(async (tx) => {
      const before = (await readHeldToken(tx, id)) ?? null
      await revokeToken(setting, tx, ended, forget)
      call.note({ before, after: (await readHeldToken(tx, id)) ?? null })
      return undefined
    })
  }
  async function report({ address, body, commit }: ChangeCall<'reportLeakedToken'>) {
    if (reports.isBlocked(address)) throw failHttp('rate.limited', { retryAfter: 60 })
    reports.count(address)
    await reportLeakedToken(setting, body.token, forget)
    return commit(() => Promise.resolve({ received: true as const }))
  }
  return {
    listTokens: ({ organisation }) => list(organisation, null),
    createToken: (call) => create(call, false),
    rotateToken: (call) => rotate(call, false),
    revokeToken: (call) => revoke(call, false),
    listOwnTokens: ({ organisation, principal }) => list(organisation, personOf(principal).id),
    createOwnToken: (call) => create(call, true),
    rotateOwnToken: (call) => rotate(call, true),
    revokeOwnToken: (call) => revoke(call, true),
    readTokenFormat: () => Promise.resolve(tokenFormat),
    reportLeakedToken: report,
  }
}

/** @throws `access.denied` for who is no person: a token makes no tokens */
function personOf(principal: Principal): Extract<Principal, { kind: 'person' }> {
  if (principal.kind !== 'person') throw failAccess('access.denied')
  return principal
}
