/**
 * The way of every API call: audit log working? → who → may they → valid? → handler → audit entry → answer. A change is
 * answered when its entry is durable, a read when its entry is queued; refusals and failures get entries too (KEB-17).
 */
import type { OperationId, Route } from '@keyhold/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { authorise, failAccess, requireStepUp, type AccessObject, type Principal } from '../access.ts'
import { describeActor, installationLog, type AuditActor, type AuditEvent, type AuditPort } from '../audit-port.ts'
import type { Database } from '../database/database.ts'
import type { Transaction } from '../database/transaction.ts'
import { digestView } from '../digest-view.ts'
import type { AppError } from '../errors.ts'
import type { AuditNote, ChangeCall } from './call.ts'
import { readCredential, type Credential } from './credentials.ts'
import { failHttp } from './errors.ts'
import { untilCut, watchCall } from './cut-off.ts'
import type { FailureCounter } from './failures.ts'
import { hashRequest, readIdempotencyKey, type Idempotency, type IdempotentRequest } from './idempotency.ts'
import type { Caller, OpenCalls } from './open-calls.ts'

export type PipelineParts = {
  readonly database: Database
  readonly audit: AuditPort
  readonly idempotency: Idempotency
  /** Failures of callers without a good credential, by address. */
  readonly failures: FailureCounter
  /** Who a credential stands for; undefined when nobody. */
  readonly authenticate: (credential: Credential, address: string | null) => Promise<Authenticated>
  /** Whether the caller may call now, from where it is. @throws `organisation.suspended`, `access.address_denied` */
  readonly checkAddress: CheckAddress
  readonly openCalls: OpenCalls
}

export type CheckAddress = (caller: Caller | EnteringCaller) => Promise<void> | void
/** A call without a credential that turned out to be an organisation's: someone signs in. */
export type EnteringCaller = { readonly organisation: string; readonly address: string | null }

/** `organisation` names whose log a refused credential belongs to, when it is known. */
export type Authenticated =
  | { readonly principal: Principal }
  | { readonly refused: AppError; readonly organisation?: string; readonly actor?: AuditActor }

/** What the pipeline knows of a request as it goes along. */
export type CallState = {
  readonly route: Route
  /** Kept from the start: the socket forgets it when the caller goes. */
  readonly address: string | null
  /** Aborted when the caller may no longer be answered. */
  cut: AbortSignal | undefined
  principal: Principal | undefined
  organisation: string | undefined
  notes: AuditNote
  /** The bucket was checked, or the rule does not need it. */
  checked: boolean
  committed: boolean
  /** The handler is done. */
  answered: boolean
  /** The answer is a kept one. */
  replayed: boolean
}

export type AnyHandler = (call: ChangeCall<OperationId>) => Promise<unknown>

/** Runs before the body is read: refuses those who may not call. */
export async function admit(
  parts: PipelineParts,
  state: CallState,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { access, audit } = state.route
  if (audit.kind === 'none') return
  if (access.kind === 'public') {
    parts.audit.assertWriting(installationLog)
    return requirePatience(parts, state)
  }
  const credential = readCredential(request, access.kind === 'operator' ? 'operator' : 'member')
  const outcome = credential && (await parts.authenticate(credential, state.address))
  if (outcome && 'refused' in outcome) {
    state.organisation = outcome.organisation
    if (outcome.actor) state.notes = { actor: outcome.actor }
    requirePatience(parts, state)
    throw outcome.refused
  }
  if (!outcome) requirePatience(parts, state)
  state.principal = outcome?.principal
  state.organisation = outcome?.principal.organisation
  parts.audit.assertWriting(state.organisation ?? installationLog)
  const named = readProject(request)
  authorise(state.principal, access, named)
  if (outcome) await watchCaller(parts, state, outcome.principal, named.project, request, reply)
  // Last: who is asked for a proof is told what then works.
  requireStepUp(state.principal, access)
}

/** Admits who calls from an allowed address, and cuts the call off when it stops being one before the last byte. */
async function watchCaller(
  parts: PipelineParts,
  state: CallState,
  principal: Principal,
  named: string | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const project = principal.kind === 'token' ? principal.project : named
  const caller: Caller = { principal, address: state.address, project }
  state.cut = watchCall(parts.openCalls, caller, state, reply, (refusal) => {
    recordFailure(parts, state, request, refusal).catch(() => {})
  })
  await parts.checkAddress(caller)
}

/**
 * Strangers who fail too often get no entry of their own any more, or they could fill the log. A good credential is let
 * through: others may share the address.
 */
function requirePatience({ failures }: PipelineParts, { address }: CallState): void {
  if (failures.isBlocked(address ?? '')) throw failHttp('rate.limited', { retryAfter: 60 })
}

/** Runs the handler and gives what to answer. */
export async function serve(
  parts: PipelineParts,
  state: CallState,
  handler: AnyHandler,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const idempotent = readIdempotentRequest(state, request)
  const run = () => runHandler(parts, state, handler, request, reply, idempotent)
  if (!idempotent) return run()
  return parts.idempotency.inTurn(idempotent, async () => {
    const kept = await parts.idempotency.find(idempotent)
    if (!kept) return run()
    state.replayed = true
    reply.header('idempotent-replayed', 'true')
    await parts.audit.append(describe(state, request, { details: { replayed: true } }))
    return kept.body
  })
}

/** The entry of a refusal or failure. Waits until it is durable for a change; a read's is queued. */
export async function recordFailure(
  parts: PipelineParts,
  state: CallState,
  request: FastifyRequest,
  error: AppError,
): Promise<void> {
  if (state.route.audit.kind === 'none' || error.code.startsWith('audit.') || error.code === 'rate.limited') return
  if (!state.principal) parts.failures.count(state.address ?? '')
  const outcome = error.status === 401 || error.status === 403 ? 'denied' : 'failure'
  const event: AuditEvent = { ...describe(state, request), outcome, code: error.code }
  if (state.route.audit.kind === 'change') await parts.audit.append(event)
  else parts.audit.enqueue(event)
}

async function runHandler(
  parts: PipelineParts,
  state: CallState,
  handler: AnyHandler,
  request: FastifyRequest,
  reply: FastifyReply,
  idempotent: IdempotentRequest | undefined,
): Promise<unknown> {
  const answer = await untilCut(handler(createCall(parts, state, request, reply, idempotent)), state, request, reply)
  const { kind } = state.route.audit
  if (!state.checked) throw failAccess('access.unchecked')
  if (kind === 'change' && !state.committed) throw failHttp('audit.missing')
  if (kind === 'read') parts.audit.enqueue(describe(state, request))
  return answer
}

function createCall(
  parts: PipelineParts,
  state: CallState,
  request: FastifyRequest,
  reply: FastifyReply,
  idempotent: IdempotentRequest | undefined,
): ChangeCall<OperationId> {
  const call = {
    params: request.params,
    query: request.query,
    body: request.body,
    id: request.id,
    address: state.address ?? '',
    request,
    reply,
    cut: state.cut,
    get principal(): Principal {
      if (!state.principal) throw failAccess('access.unauthenticated')
      return state.principal
    },
    get organisation(): string {
      if (state.organisation === undefined) throw failAccess('access.unauthenticated')
      return state.organisation
    },
    allow(object: AccessObject) {
      authorise(state.principal, state.route.access, object)
      if (object.bucket !== undefined) state.checked = true
    },
    note: (note: AuditNote) => void (state.notes = mergeNotes(state.notes, note)),
    enter: (organisation: string) => void (state.organisation = organisation),
    commit: (work: (transaction: Transaction) => Promise<unknown>) => commit(parts, state, request, idempotent, work),
  }
  return call as unknown as ChangeCall<OperationId>
}

async function commit(
  parts: PipelineParts,
  state: CallState,
  request: FastifyRequest,
  idempotent: IdempotentRequest | undefined,
  work: (transaction: Transaction) => Promise<unknown>,
): Promise<unknown> {
  if (state.committed) throw failHttp('audit.missing')
  const organisation = state.organisation ?? installationLog
  await checkEntering(parts, state)
  const [answer, inTree] = await parts.database.withTenant({ organisation }, async (transaction) => {
    // First of all that follows the commit: what is committed is answered, though it may have cut its own caller off.
    transaction.onCommit(() => void (state.committed = true))
    const body = await work(transaction)
    if (!state.checked) throw failAccess('access.unchecked')
    state.cut?.throwIfAborted()
    state.notes = nameObject(state.notes, request, organisation)
    if (idempotent) await parts.idempotency.keep(transaction, idempotent, body)
    return [body, await parts.audit.stage(transaction, describe(state, request))] as const
  })
  await inTree()
  return answer
}

/** Who signs in is known by now, and has shown it: before, a refusal would tell which accounts there are. */
async function checkEntering(parts: PipelineParts, { principal, organisation, address }: CallState): Promise<void> {
  if (principal === undefined && organisation !== undefined) await parts.checkAddress({ organisation, address })
}

/** Every change is of something: of the organisation when of nothing smaller. */
function nameObject(notes: AuditNote, request: FastifyRequest, organisation: string): AuditNote {
  if (notes.object ?? readObject(request)) return notes
  const kind = organisation === installationLog ? 'installation' : 'organisation'
  return { ...notes, object: { kind, id: organisation } }
}

/** The entry as far as it is known now; a success unless the caller says otherwise. */
function describe(state: CallState, request: FastifyRequest, more: AuditNote = {}): AuditEvent {
  const notes = mergeNotes(state.notes, more)
  return {
    organisation: state.organisation ?? installationLog,
    project: notes.project ?? readProject(request).project ?? null,
    action: state.route.audit.action,
    outcome: 'success',
    code: null,
    actor: notes.actor ?? (state.principal ? describeActor(state.principal) : { kind: 'anonymous', id: null }),
    source: state.address,
    object: notes.object ?? readObject(request),
    before: digestView(notes.before),
    after: digestView(notes.after),
    details: { ...notes.details, request: request.id },
  }
}

function mergeNotes(earlier: AuditNote, later: AuditNote): AuditNote {
  return { ...earlier, ...later, details: { ...earlier.details, ...later.details } }
}

const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The project of the address; anything that is no id is left to the validator to refuse. */
function readProject(request: FastifyRequest): { project?: string } {
  const { project } = (request.params ?? {}) as { project?: string }
  return project !== undefined && idForm.test(project) ? { project } : {}
}

/** What the last id of the address stands for, as `/tokens/:token` is a token: what was asked for is in every entry. */
function readObject(request: FastifyRequest): AuditEvent['object'] {
  const named = Object.entries((request.params ?? {}) as Record<string, string>).at(-1)
  return named !== undefined && idForm.test(named[1]) ? { kind: named[0], id: named[1] } : null
}

function readIdempotentRequest(state: CallState, request: FastifyRequest): IdempotentRequest | undefined {
  const { route, principal } = state
  const streamed = route.body !== undefined && 'bytes' in route.body
  if (route.audit.kind !== 'change' || streamed || route.secretive || !principal) return undefined
  const key = readIdempotencyKey(request.headers['idempotency-key'])
  if (key === undefined) return undefined
  const hash = hashRequest(request.url, request.body)
  return { organisation: principal.organisation, principal: principal.id, operation: route.operationId, key, hash }
}
