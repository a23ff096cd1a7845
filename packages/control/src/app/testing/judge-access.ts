/** Calls a route as one caller and says what was wrong with the answer, by the contract's rules and nothing else. */
import { roleMay, roles, type OperationId, type Role, type Route } from '@keyhold/contract'
import type { WorkNode } from '../../modules/jobs/testing/work-node.ts'
import { callNode, type HttpAnswer } from '../../modules/jobs/testing/work-world.ts'
import { addMember, type Tenant, type TokenKind } from './access-world.ts'
import { ways, type Way, type WellFormed } from './access-ways.ts'

/** `own`: of the organisation whose things are called for. `other`: of another one. */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'member'; readonly role: Role }
  | { readonly kind: 'token'; readonly token: TokenKind }
  | { readonly kind: 'dataPlane' }
  | { readonly kind: 'other'; readonly who: 'owner' | 'token' | 'dataPlane' }

const tokenKinds: readonly TokenKind[] = ['reader', 'writer', 'otherBucket', 'otherProject', 'expired', 'revoked']
const others = ['owner', 'token', 'dataPlane'] as const

const callers: readonly Caller[] = [
  { kind: 'nobody' },
  ...roles.map((role) => ({ kind: 'member', role }) as const),
  ...tokenKinds.map((token) => ({ kind: 'token', token }) as const),
  { kind: 'dataPlane' },
  ...others.map((who) => ({ kind: 'other', who }) as const),
]

/** For routes that ask for nobody: who calls cannot matter, and some of them cost a password's hash. */
const fewCallers: readonly Caller[] = [
  { kind: 'nobody' },
  { kind: 'member', role: 'viewer' },
  { kind: 'token', token: 'expired' },
  { kind: 'other', who: 'owner' },
]

export function callersOf({ access }: Route): readonly Caller[] {
  return access.kind === 'public' ? fewCallers : callers
}

export type World = {
  readonly node: WorkNode
  readonly own: Tenant
  readonly other: Tenant
  /** What the other tenant's callers named in calls: their own log repeats it to them. */
  readonly named: Set<string>
}

/** What may come back. `hidden`: as if it were not there, or a refusal. `elsewhere`: the caller's own things, if any. */
type Outcome = 'allowed' | 'unauthenticated' | 'denied' | 'hidden' | 'elsewhere'

/** By the contract's rule and the scopes alone. */
export function expectOutcome({ access, path }: Route, caller: Caller): Outcome {
  if (access.kind === 'public') return 'allowed'
  if (caller.kind === 'nobody') return 'unauthenticated'
  if (caller.kind === 'token' && (caller.token === 'expired' || caller.token === 'revoked')) return 'unauthenticated'
  if (access.kind === 'dataPlane') return expectOfPlane(caller, path)
  if (caller.kind === 'member') return roleMay(caller.role, access.action) ? 'allowed' : 'denied'
  if (caller.kind === 'dataPlane' || (caller.kind === 'other' && caller.who === 'dataPlane')) return 'denied'
  if (caller.kind === 'other') return caller.who === 'token' && access.token === 'none' ? 'denied' : 'elsewhere'
  return expectOfToken(caller.token, access.token, path)
}

function expectOfPlane(caller: Caller, path: string): Outcome {
  if (caller.kind === 'dataPlane') return 'allowed'
  if (caller.kind !== 'other' || caller.who !== 'dataPlane') return 'denied'
  return path.includes('/:') ? 'elsewhere' : 'allowed'
}

function expectOfToken(token: TokenKind, need: 'none' | 'any' | 'read' | 'write', path: string): Outcome {
  if (need === 'none') return 'denied'
  const inProject = path.includes('/:project')
  if (token === 'otherProject') return inProject ? 'hidden' : 'allowed'
  if (token === 'otherBucket') return need === 'any' ? 'elsewhere' : 'hidden'
  const access = token === 'reader' ? 'read' : 'write'
  return need === 'any' || need === access ? 'allowed' : 'denied'
}

/** What was wrong, as sentences; empty when the answer is what the contract says. */
export async function judge(world: World, operation: OperationId, route: Route, caller: Caller): Promise<string[]> {
  const { node, own } = world
  const way = ways[operation]
  const bearer = await findBearer(world, caller, way.endsCaller === true)
  const { id } = own.members[caller.kind === 'member' ? caller.role : 'owner']
  const call = (await way.prepare?.(node, own, id)) ?? {}
  const answer = await send(node, route, call, bearer)
  const wanted = expectOutcome(route, caller)
  const faults = [
    ...judgeStatus(answer, wanted, chooseStatus(way, caller) ?? route.response.status),
    ...findLeaks(route, answer, call, world, caller),
  ]
  return faults.map(
    (fault) => `${operation} to ${describeCaller(caller)}: ${fault} (${answer.status} ${codeOf(answer)})`,
  )
}

function chooseStatus({ status, unless }: Way, caller: Caller): number | undefined {
  return caller.kind === 'member' && unless?.roles.includes(caller.role) ? unless.status : status
}

function describeCaller(caller: Caller): string {
  if (caller.kind === 'member') return `its own ${caller.role}`
  if (caller.kind === 'token') return `its own ${caller.token} token`
  return caller.kind === 'other' ? `another organisation’s ${caller.who}` : caller.kind
}

async function findBearer({ node, own, other }: World, caller: Caller, ends: boolean): Promise<string | undefined> {
  if (caller.kind === 'nobody') return undefined
  if (caller.kind === 'token') return own.tokens[caller.token].bearer
  if (caller.kind === 'dataPlane') return own.plane.session
  const { place, marker } = caller.kind === 'member' ? own : other
  if (caller.kind === 'other' && caller.who === 'dataPlane') return other.plane.session
  if (caller.kind === 'other' && caller.who === 'token') return other.tokens.reader.bearer
  const role = caller.kind === 'member' ? caller.role : 'owner'
  if (ends) return (await addMember(node, place.organisation, role, marker)).bearer
  return (caller.kind === 'member' ? own : other).members[role].bearer
}

function send(node: WorkNode, route: Route, call: WellFormed, bearer: string | undefined): Promise<HttpAnswer> {
  const path = route.path.replaceAll(/:([a-z]+)/g, (_, name: string) => call.params?.[name] ?? '')
  const { body, headers } = call
  return callNode(node, route.method, `${path}${call.query ?? ''}`, {
    bearer,
    ...(headers && { headers }),
    ...(body && { body }),
  })
}

function judgeStatus(answer: HttpAnswer, wanted: Outcome, success: number): string[] {
  const { status } = answer
  const code = codeOf(answer)
  if (status >= 500) return ['failed inside']
  const denied = status === 403 && code === 'access.denied'
  if (wanted === 'unauthenticated') return status === 401 ? [] : ['needs a good credential']
  if (wanted === 'denied') return denied || isHead(answer, 403) ? [] : ['must be denied']
  if (wanted === 'hidden') return status === 403 || status === 404 ? [] : ['must be out of reach']
  if (wanted === 'allowed') return status === success ? [] : [`must be answered with ${success}`]
  return status === 401 ? ['is signed in, and is told otherwise'] : []
}

const isHead = ({ status, body }: HttpAnswer, wanted: number) => status === wanted && body.length === 0

/** Nothing of one tenant is in an answer to another, but what the caller itself named. */
function findLeaks(
  route: Route,
  answer: HttpAnswer,
  call: WellFormed,
  { own, other, named }: World,
  caller: Caller,
): string[] {
  const text = `${JSON.stringify(answer.headers)}${answer.body.toString('latin1')}`
  const now = JSON.stringify([call.params, call.body instanceof Uint8Array ? null : call.body])
  if (caller.kind === 'other') named.add(now)
  const readsLog = route.access.kind === 'member' && route.access.action === 'log.read'
  // One's own entries are in the log and among one's own data.
  const isLog = readsLog || route.operationId === 'exportMyData'
  const said = isLog && caller.kind === 'other' ? [...named].join('') : now
  const secret = caller.kind === 'other' ? traces(own) : traces(other)
  if (caller.kind === 'token' && caller.token === 'otherBucket') secret.push(own.place.table, own.upload.id)
  return secret.filter((trace) => text.includes(trace) && !said.includes(trace)).map((trace) => `gives away ${trace}`)
}

function traces({ marker, place, members, tokens, upload }: Tenant): string[] {
  const ids = [...Object.values(members), ...Object.values(tokens)].map(({ id }) => id)
  return [marker, place.organisation, place.project, place.table, upload.id, upload.job, ...ids]
}

function codeOf({ body }: HttpAnswer): string {
  try {
    return (JSON.parse(body.toString()) as { code?: string }).code ?? ''
  } catch {
    return ''
  }
}
