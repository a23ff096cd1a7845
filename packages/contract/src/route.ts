import type { TSchema } from 'typebox'
import type { OperatorAction } from './operator-permissions.ts'
import type { Action } from './permissions.ts'
import type { TokenAction } from './schema.ts'

/** What a token needs to call a route: a scope on the named bucket, any scope, or it may not call at all. */
export type TokenNeed = 'none' | 'any' | 'read' | 'write'

/**
 * Who may call. `public`: anyone (still rate-limited and audited). `dataPlane`: the link's bearer. `provisioner`: a token
 * with which an identity provider keeps people, which may call nothing else. `member`: a signed-in person whose role may
 * do `action` (permissions.ts), or a token that satisfies `token` and, if it is limited to some actions, may do one of
 * `tokenActions`. `operator`: an operator's session, in its own cookie, with a role that may do `action`
 * (operator-permissions.ts); no member, token or data plane, whatever they may do elsewhere. Everything else is denied.
 */
export type AccessRule =
  | { kind: 'public' }
  | { kind: 'dataPlane' }
  | { kind: 'provisioner' }
  | ({ kind: 'member'; action: Action; token: TokenNeed } & MemberMarks)
  | { kind: 'operator'; action: OperatorAction; sudo?: true }

/**
 * `tokenActions`: of a token that is limited to some actions, those that do. `sudo`: a person must have signed in, or
 * stepped up, within ten minutes. `limited`: open also to people who first need a second factor, who may call nothing else.
 */
export type MemberMarks = {
  readonly tokenActions?: readonly TokenAction[]
  readonly sudo?: true
  readonly limited?: true
}

/** `change` waits for a durable entry; `read` is answered when its entry is queued; `none` only for health and static pages. */
export type AuditRule = { action: string; kind: 'read' | 'change' | 'none' }

export type Route = {
  operationId: string
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  summary: string
  access: AccessRule
  audit: AuditRule
  /** Body or answer hold a secret: an Idempotency-Key is ignored, since its hash and the answer would be kept. */
  secretive?: true
  params?: TSchema
  query?: TSchema
  /** A schema for JSON; a media type for bytes. */
  body?: TSchema | { bytes: string }
  response: { status: number; body?: TSchema | { bytes: string } }
}

/** Keeps the literal types of a route. */
export function route<const R extends Route>(definition: R): R {
  return definition
}

export const anyone = { kind: 'public' } as const
export const dataPlane = { kind: 'dataPlane' } as const
export const provisioner = { kind: 'provisioner' } as const
/** A rule for people whose role may do the action, and for tokens that satisfy the need. */
export function member<const A extends Action, const N extends TokenNeed>(
  action: A,
  token: N,
  marks: MemberMarks = {},
) {
  return { kind: 'member', action, token, ...marks } as const
}
/** A rule for operators whose role may do the action; `sudo`: who signed in, or stepped up, within ten minutes. */
export function operator<const A extends OperatorAction>(action: A, marks: { readonly sudo?: true } = {}) {
  return { kind: 'operator', action, ...marks } as const
}
