import type { TSchema } from 'typebox'
import type { Action } from './permissions.ts'

/** What a token needs to call a route: a scope on the named bucket, any scope, or it may not call at all. */
export type TokenNeed = 'none' | 'any' | 'read' | 'write'

/**
 * Who may call. `public`: anyone (still rate-limited and audited). `dataPlane`: the link's bearer. `member`: a signed-in
 * person whose role may do `action` (permissions.ts), or a token that satisfies `token`. Everything else is denied.
 */
export type AccessRule =
  | { kind: 'public' }
  | { kind: 'dataPlane' }
  | { kind: 'member'; action: Action; token: TokenNeed }

/** `change` waits for a durable entry; `read` is answered when its entry is queued; `none` only for health and static pages. */
export type AuditRule = { action: string; kind: 'read' | 'change' | 'none' }

export type Route = {
  operationId: string
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  summary: string
  access: AccessRule
  audit: AuditRule
  params?: TSchema
  query?: TSchema
  /** A schema for JSON; a media type for bytes. */
  body?: TSchema | { bytes: string }
  response: { status: number; body?: TSchema | { bytes: string } }
  /** The body holds a password, of which not even a hash is kept under an Idempotency-Key. */
  secretBody?: true
}

/** Keeps the literal types of a route. */
export function route<const R extends Route>(definition: R): R {
  return definition
}

export const anyone = { kind: 'public' } as const
export const dataPlane = { kind: 'dataPlane' } as const
/** A rule for people whose role may do the action, and for tokens that satisfy the need. */
export function member<const A extends Action, const N extends TokenNeed>(action: A, token: N) {
  return { kind: 'member', action, token } as const
}
