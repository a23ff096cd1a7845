import type { OperatorRole } from '@keyhold/contract'
import { failAccess, type Principal } from '../../platform/access.ts'
import type { AuditPort } from '../../platform/audit-port.ts'
import { installationLog } from '../../platform/audit-port.ts'
import type { Authoriser } from '../../platform/authoriser/authoriser.ts'
import type { Database } from '../../platform/database/database.ts'
import type { OpenCalls } from '../../platform/http/open-calls.ts'
import type { Log } from '../../platform/log.ts'
import type { ObjectStore } from '../../platform/objects.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import type { LinkModule } from '../link/index.ts'

/** What the use cases of operators work with. */
export type OperatorSetting = {
  /** Folder of the control plane. */
  readonly folder: string
  readonly database: Database
  readonly authoriser: Pick<Authoriser, 'find'>
  readonly platformKey: PlatformKey
  readonly log: Log
  readonly now: () => Date
  readonly audit: Pick<AuditPort, 'stage' | 'enqueue'>
  readonly store: Pick<ObjectStore, 'read' | 'stat'>
  readonly openCalls: OpenCalls
  readonly link: Pick<LinkModule, 'isConnected' | 'drop'>
  /** Names that this server's certificate is for. */
  readonly serverNames: readonly string[]
  readonly serverPin: string
  readonly mailKind: 'smtp' | 'outbox'
  readonly version: string
  /** Where people reach this installation. */
  readonly readUrl: () => string
  /** What is known of a session holds no more. */
  readonly onSessionEnded: (session: string) => void
}

/** In its transactions the operators' tables are seen, and no tenant's. */
export const installation = { organisation: installationLog } as const

/** How long a link works that enrols an operator, in ms. */
export const linkLife = 3600_000

export type OperatorPrincipal = Extract<Principal, { kind: 'operator' }>

/** The rule has let only operators through; this says so to the compiler. @throws `access.denied` */
export function requireOperator(principal: Principal): OperatorPrincipal {
  if (principal.kind !== 'operator') throw failAccess('access.denied')
  return principal
}

/** Of the same row and column until it goes, so that sealed bytes cannot be moved to another one. */
export const nameContext = (id: string) => `operators/${id}/name`
export const invitedNameContext = (id: string) => `operator_invitations/${id}/name`
export const passkeyNameContext = (id: string) => `operator_passkeys/${id}/name`
export const addressContext = (id: string) => `operator_sessions/${id}/address`
export const programContext = (id: string) => `operator_sessions/${id}/program`
export const labelContext = (organisation: string) => `organisation_labels/${organisation}/label`

export type NamedRoles = { readonly name: string; readonly roles: readonly OperatorRole[] }
