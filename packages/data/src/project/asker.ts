/** Who asks, and what that allows: by the roster where a key on it signed, by the control plane's word otherwise. */
import { roleMay, type Principal, type Role, type TokenAction } from '@keyhold/contract'
import type { Member } from '../roster/member.ts'
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
  /** Of a person, as the control plane says; null for tokens. */
  readonly role: Role | null
}

/** @throws `access.denied` when key and principal are not the same token, or the token is expired or of another project */
export function resolveAsker(principal: Principal, member: Member | undefined, project: string, now: number): Asker {
  const { kind, id } = principal
  const role = kind === 'person' ? (principal.role ?? null) : null
  if (!member) {
    return { kind, id, attested: false, keyId: '', scopes: principal.scopes, role, actions: principal.actions }
  }
  if (member.kind !== 'token') {
    if (kind !== 'person') throw accessDenied()
    return { kind, id, attested: true, keyId: member.keyId, scopes: principal.scopes, role }
  }
  if (kind !== 'token' || member.id !== id || member.project !== project) throw accessDenied()
  if (Date.parse(member.expires) <= now) throw accessDenied()
  return { kind, id, attested: true, keyId: member.keyId, scopes: member.scopes, role, actions: member.actions }
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
export function mayReadLog({ kind, role }: Pick<Asker, 'kind' | 'role'>): boolean {
  return kind === 'person' && role !== null && roleMay(role, 'log.read')
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

/** Whose engine it is: one identity under one resolved policy, never shared with another. */
export function describeEngine(asker: Asker): string {
  return `${describeIdentity(asker)} ${describePolicy(asker)}${mayReadLog(asker) ? ' and the log' : ''}`
}
