/** Who asks, and what that allows: by the roster where a key on it signed, by the control plane's word otherwise. */
import {
  roleMay,
  roleMayAsk,
  roleOfDevice,
  sudoOperations,
  type Principal,
  type Role,
  type TokenAction,
} from '@keyhold/contract'
import type { Standing } from '../roster/member.ts'
import { DataError } from '../errors.ts'

export type Access = 'read' | 'write'

export type Asker = {
  readonly kind: Principal['kind']
  readonly id: string
  /** A key on the roster signed what was asked. */
  readonly attested: boolean
  /** Key that signed; empty when unattested. */
  readonly keyId: string
  /** Buckets that may be read and written; null for all. */
  readonly scopes: readonly { readonly bucket: string; readonly access: Access }[] | null
  /** What a token is limited to besides; absent: nothing. */
  readonly actions?: readonly TokenAction[] | undefined
  /**
   * Of a person: the role that the control plane names and the one that the roster gives the device. All of them must
   * allow an operation, so that neither the control plane nor an old device gives somebody more. Of a person's own token:
   * the role of the device that endorsed it; of a program's: none.
   */
  readonly roles: readonly Role[]
  /** Of a person: signed in, or proved that it is still them, within ten minutes, by the control plane's word. */
  readonly sudo: boolean
}

/**
 * @throws `access.denied` when key and principal are not the same token or person, or the token is expired or of another
 * project
 */
export function resolveAsker(principal: Principal, member: Standing | undefined, project: string, now: number): Asker {
  const { kind, id, scopes, sudo = false } = principal
  const named = kind === 'person' && principal.role !== undefined ? [principal.role] : []
  if (!member) {
    const reach = reachOf(kind, named, scopes)
    return { kind, id, attested: false, keyId: '', scopes: reach, roles: named, sudo, actions: principal.actions }
  }
  const { keyId } = member
  if (member.kind !== 'token') {
    if (kind !== 'person' || (member.person !== undefined && member.person !== id)) throw accessDenied()
    const roles = named.length === 0 ? [] : [...named, roleOfDevice(member)]
    return { kind, id, attested: true, keyId, scopes: reachOf(kind, roles, scopes), roles, sudo }
  }
  if (kind !== 'token' || member.id !== id || member.project !== project) throw accessDenied()
  if (Date.parse(member.expires) <= now) throw accessDenied()
  return { kind, id, attested: true, keyId, scopes: member.scopes, roles: member.roles, sudo, actions: member.actions }
}

/**
 * Buckets of a person: none where a role may not read data, whatever operation it may ask for. As scopes, so that engines
 * and cached results of a time with another role are another asker's.
 */
function reachOf(kind: Principal['kind'], roles: readonly Role[], scopes: Asker['scopes']): Asker['scopes'] {
  return kind === 'person' && !roles.every((role) => roleMay(role, 'data.read')) ? [] : scopes
}

/** Whether the asker's roles allow an operation; a person without a role may nothing, a program what its scopes say. */
export function mayAsk({ kind, roles }: Pick<Asker, 'kind' | 'roles'>, operation: string): boolean {
  return (kind === 'token' || roles.length > 0) && roles.every((role) => roleMayAsk(role, operation))
}

/** Whether the asker may be held to be the person who signed in; a program has shown its secret just now. */
export function isProven({ kind, sudo }: Pick<Asker, 'kind' | 'sudo'>, operation: string): boolean {
  return kind === 'token' || sudo || !sudoOperations.has(operation)
}

/** Reading and writing are separate: a writing scope does not read. */
export function mayAccess(asker: Pick<Asker, 'scopes'>, bucket: string, access: Access): boolean {
  return asker.scopes === null || asker.scopes.some((scope) => scope.bucket === bucket && scope.access === access)
}

/** Whether a token that is limited to some actions may do one of these. */
export function mayDo({ actions }: Pick<Asker, 'actions'>, wanted: readonly TokenAction[]): boolean {
  return actions === undefined || wanted.some((action) => actions.includes(action))
}

/** Whether `system.audit` is there for the asker: for people whose role may read the log, and never for tokens. */
export function mayReadLog({ kind, roles }: Pick<Asker, 'kind' | 'roles'>): boolean {
  return kind === 'person' && roles.length > 0 && roles.every((role) => roleMay(role, 'log.read'))
}

/** Names what the asker may see, for cache keys and engines. */
export function describePolicy(asker: Pick<Asker, 'scopes'>): string {
  if (asker.scopes === null) return 'all'
  return JSON.stringify(asker.scopes.map(({ bucket, access }) => `${bucket}:${access}`).sort())
}

/** Names who asks, for cache keys and engines. */
export function describeIdentity(asker: Asker): string {
  return `${asker.kind}:${asker.id}:${asker.keyId}`
}

export function accessDenied(): DataError {
  return new DataError(
    'access.denied',
    'The credential does not reach this.',
    'Use a token of this project with the right buckets, or ask the owner for one.',
  )
}

export function roleDenied(): DataError {
  return new DataError(
    'access.denied',
    'The role of this person, or of the device that signed, does not allow this.',
    'Ask an owner or admin for another role; after a change they endorse the device again.',
  )
}

export function stepUpNeeded(): DataError {
  return new DataError(
    'access.step_up_needed',
    'This needs a fresh proof that it is you.',
    'Show your second factor, or your password, once more; that counts for ten minutes.',
  )
}

/** Whose engine it is: one identity under one resolved policy, never shared with another. */
export function describeEngine(asker: Asker): string {
  return `${describeIdentity(asker)} ${describePolicy(asker)}${mayReadLog(asker) ? ' and the log' : ''}`
}
