/**
 * Who calls, and what they may do. `authorise` is the one place that decides; everything that it does not allow is
 * denied.
 */
import {
  operatorMay,
  roleMay,
  type AccessRule,
  type OperatorRole,
  type Role,
  type TokenAction,
} from '@keyhold/contract'
import type { installationLog } from './audit-port.ts'
import { defineErrors } from './errors.ts'

export type Scope = { readonly bucket: string; readonly access: 'read' | 'write' }

export type Principal =
  | {
      readonly kind: 'person'
      readonly id: string
      readonly organisation: string
      readonly role: Role
      readonly session: string
      /** The session came in a cookie, so that the browser's own origin checks apply. */
      readonly cookie: boolean
      /** Signed in, or proved that it is still them, within ten minutes. */
      readonly sudo: boolean
      /** Must have a second factor and has none: may only add one. */
      readonly limited: boolean
    }
  | {
      readonly kind: 'token'
      readonly id: string
      readonly organisation: string
      readonly project: string
      readonly scopes: readonly Scope[]
      /** What it is limited to besides; absent: nothing. */
      readonly actions?: readonly TokenAction[]
      /** Of a person's own token: the person's role now. */
      readonly role?: Role
    }
  | { readonly kind: 'dataPlane'; readonly id: string; readonly organisation: string }
  /** A token with which an identity provider keeps people and groups; it may do nothing else. */
  | { readonly kind: 'provisioner'; readonly id: string; readonly organisation: string }
  | {
      readonly kind: 'operator'
      readonly id: string
      /** The installation's log: in its transactions no tenant's row is seen. */
      readonly organisation: typeof installationLog
      readonly roles: readonly OperatorRole[]
      readonly session: string
      /** It came in the operators' own cookie; a bearer lends an operator's session no power anywhere. */
      readonly cookie: boolean
      readonly sudo: boolean
    }

/** What is to be reached. A bucket is named once it is known; `anyBucket` says that none is concerned. */
export type AccessObject = { readonly project?: string; readonly bucket?: string }

export const failAccess = defineErrors({
  'access.unauthenticated': {
    status: 401,
    message: 'This call needs a session or a token.',
    remedy: 'Sign in, or send a token as "Authorization: Bearer …".',
  },
  'access.denied': {
    status: 403,
    message: 'You may not do this.',
    remedy: 'Ask an owner of the organisation for a token with the scope that this needs.',
  },
  'access.address_denied': {
    status: 403,
    message: 'Calls from your network address are not allowed here.',
    remedy: 'Call from an allowed address, or ask an owner of the organisation to allow yours.',
  },
  'access.factor_needed': {
    status: 403,
    message: 'Your organisation demands a second factor, and you have none yet.',
    remedy: 'Open Keyhold in a browser and add an authenticator app or a passkey; everything else follows then.',
  },
  'access.step_up_needed': {
    status: 403,
    message: 'This needs a fresh proof that it is you.',
    remedy: 'Show your second factor, or your password, once more; that counts for ten minutes.',
  },
  'access.unchecked': {
    status: 500,
    message: 'The server did not check what this token may reach.',
    remedy: 'Report this with its incident number.',
  },
  'access.cross_site': {
    status: 403,
    message: 'The browser says that another site made this call.',
    remedy: 'Open Keyhold itself and try again there.',
  },
})

/**
 * Allows or throws. For a token and a rule that needs `read` or `write`, an object without a bucket is only the first
 * half of the check: the route's handler must ask again with the bucket (`Call.allow`), or its answer is withheld.
 *
 * @throws `access.unauthenticated`, `access.factor_needed`, `access.denied`
 */
export function authorise(principal: Principal | undefined, rule: AccessRule, object: AccessObject = {}): void {
  if (rule.kind === 'public') return
  if (!principal) throw failAccess('access.unauthenticated')
  const limited = rule.kind === 'member' && rule.limited === true
  if (principal.kind === 'person' && principal.limited && !limited) throw failAccess('access.factor_needed')
  if (!isAllowed(principal, rule, object)) throw failAccess('access.denied')
}

/** Of a person who may, and where the route asks for it: a fresh proof. @throws `access.step_up_needed` */
export function requireStepUp(principal: Principal | undefined, rule: AccessRule): void {
  const asked = (rule.kind === 'member' || rule.kind === 'operator') && rule.sudo === true
  if (!asked || (principal?.kind !== 'person' && principal?.kind !== 'operator') || principal.sudo) return
  throw failAccess('access.step_up_needed')
}

function isAllowed(principal: Principal, rule: Exclude<AccessRule, { kind: 'public' }>, object: AccessObject): boolean {
  // Two realms: nobody of one passes a rule of the other, whatever their roles are.
  if (rule.kind === 'operator' || principal.kind === 'operator') return operatorPasses(principal, rule)
  if (rule.kind === 'dataPlane') return principal.kind === 'dataPlane'
  if (rule.kind === 'provisioner') return principal.kind === 'provisioner'
  if (principal.kind === 'person') return roleMay(principal.role, rule.action)
  return principal.kind === 'token' && tokenMay(principal, rule) && tokenReaches(principal, rule.token, object)
}

function operatorPasses(principal: Principal, rule: AccessRule): boolean {
  if (principal.kind !== 'operator' || rule.kind !== 'operator') return false
  return principal.cookie && operatorMay(principal.roles, rule.action)
}

type TokenPrincipal = Extract<Principal, { kind: 'token' }>

/** A person's own token may do what the person may; one that is limited to some actions, those. */
function tokenMay({ role, actions }: TokenPrincipal, rule: Extract<AccessRule, { kind: 'member' }>): boolean {
  if (role !== undefined && !roleMay(role, rule.action)) return false
  return actions === undefined || (rule.tokenActions?.some((action) => actions.includes(action)) ?? true)
}

function tokenReaches(
  token: TokenPrincipal,
  need: 'none' | 'any' | 'read' | 'write',
  { project, bucket }: AccessObject,
): boolean {
  if (need === 'none') return false
  if (project !== undefined && project !== token.project) return false
  if (bucket !== undefined && !token.scopes.some((scope) => scope.bucket === bucket)) return false
  if (need === 'any') return true
  // Writing does not include reading: a token on an uploader's machine need not be able to read what it sent.
  return token.scopes.some((scope) => scope.access === need && (bucket === undefined || scope.bucket === bucket))
}

/** The buckets that a caller may list; undefined means all of them. */
export function visibleBuckets(principal: Principal): ReadonlySet<string> | undefined {
  return principal.kind === 'token' ? new Set(principal.scopes.map(({ bucket }) => bucket)) : undefined
}
