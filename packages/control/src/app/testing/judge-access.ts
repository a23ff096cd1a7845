/** Calls a route as one caller and says what was wrong with the answer, by the contract's rules and nothing else. */
import {
  operatorMay,
  operatorRoles,
  roleMay,
  roles,
  type OperationId,
  type OperatorRole,
  type Role,
  type Route,
} from '@keyhold/contract'
import type { WorkNode } from '../../modules/jobs/testing/work-node.ts'
import { callNode, type HttpAnswer } from '../../modules/jobs/testing/work-world.ts'
import { addOperator, cookieOf, type TestOperator } from '../../modules/operators/testing/add-operator.ts'
import { addMember, type Tenant, type TokenKind } from './access-world.ts'
import type { Way, WellFormed } from './access-way.ts'
import { ways } from './access-ways.ts'

/** `own`: of the organisation whose things are called for. `other`: of another one. */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'member'; readonly role: Role }
  | { readonly kind: 'token'; readonly token: TokenKind }
  | { readonly kind: 'dataPlane' }
  | { readonly kind: 'provisioner' }
  | { readonly kind: 'other'; readonly who: 'owner' | 'token' | 'dataPlane' | 'provisioner' }
  | { readonly kind: 'operator'; readonly role: OperatorRole }

const tokenKinds: readonly TokenKind[] = ['reader', 'writer', 'otherBucket', 'otherProject', 'expired', 'revoked']
const others = ['owner', 'token', 'dataPlane', 'provisioner'] as const

const callers: readonly Caller[] = [
  { kind: 'nobody' },
  ...roles.map((role) => ({ kind: 'member', role }) as const),
  ...tokenKinds.map((token) => ({ kind: 'token', token }) as const),
  { kind: 'dataPlane' },
  { kind: 'provisioner' },
  ...others.map((who) => ({ kind: 'other', who }) as const),
  ...operatorRoles.map((role) => ({ kind: 'operator', role }) as const),
]

/** For routes that ask for nobody: who calls cannot matter, and some of them cost a password's hash. */
const fewCallers: readonly Caller[] = [
  { kind: 'nobody' },
  { kind: 'member', role: 'viewer' },
  { kind: 'token', token: 'expired' },
  { kind: 'other', who: 'owner' },
  { kind: 'operator', role: 'administration' },
]

export function callersOf({ access }: Route): readonly Caller[] {
  return access.kind === 'public' ? fewCallers : callers
}

export type World = {
  readonly node: WorkNode
  readonly own: Tenant
  readonly other: Tenant
  readonly operators: Readonly<Record<OperatorRole, TestOperator>>
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
  if (access.kind === 'operator')
    return caller.kind === 'operator' && operatorMay([caller.role], access.action) ? 'allowed' : 'denied'
  if (caller.kind === 'operator') return 'denied'
  if (access.kind !== 'member') return expectOfProgram(access.kind, caller, path)
  if (caller.kind === 'member') return roleMay(caller.role, access.action) ? 'allowed' : 'denied'
  if (caller.kind === 'dataPlane' || caller.kind === 'provisioner') return 'denied'
  if (caller.kind === 'other' && (caller.who === 'dataPlane' || caller.who === 'provisioner')) return 'denied'
  if (caller.kind === 'other') return caller.who === 'token' && access.token === 'none' ? 'denied' : 'elsewhere'
  return expectOfToken(caller.token, access.token, path)
}

/** Routes of data planes and of identity providers are theirs alone. */
function expectOfProgram(kind: 'dataPlane' | 'provisioner', caller: Caller, path: string): Outcome {
  if (caller.kind === kind) return 'allowed'
  if (caller.kind !== 'other' || caller.who !== kind) return 'denied'
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
  const credential = await findCredential(world, caller, route, way.endsCaller === true)
  const { id } = own.members[caller.kind === 'member' ? caller.role : 'owner']
  const call = (await way.prepare?.(node, own, id)) ?? {}
  const answer = await send(node, route, call, credential)
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
  if (caller.kind === 'operator') return `an operator of ${caller.role}`
  return caller.kind === 'other' ? `another organisation’s ${caller.who}` : caller.kind
}

type Sent = { readonly bearer: string | undefined; readonly headers?: Record<string, string> }

/** An operator's session counts in its cookie; where that is not read, it is sent as a bearer, to be refused as such. */
async function findCredential(world: World, caller: Caller, { access }: Route, ends: boolean): Promise<Sent> {
  if (caller.kind !== 'operator') return { bearer: await findBearer(world, caller, ends) }
  const { secret } = ends
    ? await addOperator(world.node, [caller.role], 'a passing operator')
    : world.operators[caller.role]
  return access.kind === 'operator' ? { bearer: undefined, headers: cookieOf(secret) } : { bearer: secret }
}

async function findBearer(
  { node, own, other }: World,
  caller: Exclude<Caller, { kind: 'operator' }>,
  ends: boolean,
): Promise<string | undefined> {
  if (caller.kind === 'nobody') return undefined
  if (caller.kind === 'token') return own.tokens[caller.token].bearer
  if (caller.kind === 'dataPlane') return own.plane.session
  if (caller.kind === 'provisioner') return own.provisioner.bearer
  const { place, marker } = caller.kind === 'member' ? own : other
  if (caller.kind === 'other' && caller.who === 'dataPlane') return other.plane.session
  if (caller.kind === 'other' && caller.who === 'provisioner') return other.provisioner.bearer
  if (caller.kind === 'other' && caller.who === 'token') return other.tokens.reader.bearer
  const role = caller.kind === 'member' ? caller.role : 'owner'
  if (ends) return (await addMember(node, place.organisation, role, marker)).bearer
  return (caller.kind === 'member' ? own : other).members[role].bearer
}

function send(
  node: WorkNode,
  route: Route,
  call: WellFormed,
  { bearer, headers: credential }: Sent,
): Promise<HttpAnswer> {
  const path = route.path.replaceAll(/:([a-z]+)/g, (_, name: string) => call.params?.[name] ?? '')
  const { body, headers } = call
  return callNode(node, route.method, `${path}${call.query ?? ''}`, {
    bearer,
    headers: { ...headers, ...credential },
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
  const now = JSON.stringify([
    call.params,
    call.body instanceof Uint8Array ? Buffer.from(call.body).toString('latin1') : call.body,
  ])
  if (caller.kind === 'other') named.add(now)
  const readsLog = route.access.kind === 'member' && route.access.action === 'log.read'
  // One's own entries are in the log and among one's own data.
  const isLog = readsLog || route.operationId === 'exportMyData'
  const said = isLog && caller.kind === 'other' ? [...named].join('') : now
  const secret = caller.kind === 'other' ? traces(own) : traces(other)
  if (caller.kind === 'operator') return findOperatorLeaks(route, text, said, [own, other])
  if (caller.kind === 'token' && caller.token === 'otherBucket') secret.push(own.place.table, own.upload.id)
  return secret.filter((trace) => text.includes(trace) && !said.includes(trace)).map((trace) => `gives away ${trace}`)
}

/** Operators know organisations by id; of what is in them they know neither ids nor names. */
function findOperatorLeaks({ access }: Route, text: string, said: string, tenants: readonly Tenant[]): string[] {
  // Their ledger holds refusals of strangers and of operators, with the ids that those named themselves: ids, never names.
  const isLedger = access.kind === 'operator' && access.action === 'ledger.read'
  const secret = tenants.flatMap((tenant) =>
    isLedger ? [tenant.marker] : traces(tenant).filter((trace) => trace !== tenant.place.organisation),
  )
  return secret.filter((trace) => text.includes(trace) && !said.includes(trace)).map((trace) => `gives away ${trace}`)
}

function traces({ marker, place, members, tokens, upload }: Tenant): string[] {
  const ids = [...Object.values(members), ...Object.values(tokens)].map(({ id }) => id)
  return [marker, place.organisation, place.project, place.table, upload.id, upload.job, ...ids]
}

function codeOf({ body }: HttpAnswer): string {
  try {
    const { code, detail } = JSON.parse(body.toString()) as { code?: string; detail?: string }
    // SCIM's errors begin with the code.
    return code ?? detail?.split(': ', 1)[0] ?? ''
  } catch {
    return ''
  }
}
