/** What members of an organisation may do, by role: data that the server decides by, the page shows, and tests walk. */

export const roles = ['owner', 'admin', 'analyst', 'viewer', 'auditor', 'approver'] as const
export type Role = (typeof roles)[number]

const everyone = roles
const leaders = ['owner', 'admin'] as const

/** Action × role; what is not named is denied. Tokens are decided by their scopes besides. */
export const permissions = {
  /** Who one is, and ending one's own session. */
  'self.use': everyone,
  /** The organisation's own settings: from where it may be called, what it demands of everyone's sessions. */
  'organisation.manage': leaders,
  'project.read': everyone,
  'project.manage': leaders,
  /** Requests to the data plane, which decides what each role may ask of it: auditors the log alone. */
  'request.send': ['owner', 'admin', 'analyst', 'viewer', 'auditor'],
  /** Tables and jobs; at the data plane: any table at all. */
  'data.read': ['owner', 'admin', 'analyst', 'viewer'],
  'data.write': ['owner', 'admin', 'analyst'],
  /** What the control plane has: rows, envelopes and ciphertext. */
  'operator_view.read': ['owner', 'admin', 'analyst', 'auditor', 'approver'],
  'log.read': ['owner', 'admin', 'auditor'],
  /** The log's signed head, by which a client notices that it was rolled back. */
  'checkpoint.read': everyone,
  'people.read': everyone,
  /** Invite, change roles, remove. What concerns owners is the owners' besides. */
  'people.manage': leaders,
  'ownership.transfer': ['owner'],
  /** Make and end the tokens with which an identity provider keeps people and groups. */
  'provisioning.manage': leaders,
  'token.read': ['owner', 'admin', 'auditor'],
  'token.manage': leaders,
  /** Tokens of one's own, which may do no more than oneself. */
  'token.own': everyone,
  'roster.read': everyone,
  /** The data plane decides which device may sign which change. */
  'roster.change': everyone,
} as const satisfies Record<string, readonly Role[]>

export type Action = keyof typeof permissions

/** Whether a role may do something. Deny by default: an unknown role or action is no. */
export function roleMay(role: Role, action: Action): boolean {
  const allowed: readonly Role[] | undefined = permissions[action]
  return allowed?.includes(role) ?? false
}

/** Strongest first. Not each may all that the next may: an auditor reads the log, a viewer the data. */
const byStrength = ['owner', 'admin', 'analyst', 'auditor', 'approver', 'viewer'] as const satisfies readonly Role[]

/** Roles that a group can give. Never owner: ownership is a person's, given by name. */
export const groupRoles = ['admin', 'analyst', 'auditor', 'approver', 'viewer'] as const
export type GroupRole = (typeof groupRoles)[number]

/** What somebody may do: the strongest of the own role and those of the person's groups. */
export function strongestRole(own: Role, ofGroups: readonly GroupRole[]): Role {
  return byStrength.find((role) => role === own || ofGroups.some((given) => given === role)) ?? own
}

const readers = ['owner', 'admin', 'analyst', 'viewer'] as const
/** Of tables who may read data, of `system.audit` who may read the log. */
const askers = [...readers, 'auditor'] as const
const writers = ['owner', 'admin', 'analyst'] as const

/**
 * Operation of a sealed request × role, enforced by the data plane; `upload.close` is the statement that makes an upload
 * an import. What is not named is denied. Tokens are decided by their scopes.
 */
export const operationRoles = {
  query: askers,
  'engine.end': askers,
  'import.report': readers,
  'table.profile': readers,
  'document.list': readers,
  'document.read': readers,
  'document.save': writers,
  'document.delete': writers,
  'table.delete': writers,
  'upload.close': writers,
  'recovery.kit': ['owner'],
} as const satisfies Record<string, readonly Role[]>

/** Operations for which a person must have signed in, or proved that it is still them, within ten minutes. */
export const sudoOperations: ReadonlySet<string> = new Set<keyof typeof operationRoles>([
  'table.delete',
  'recovery.kit',
])

/** Whether a role may ask for an operation. Deny by default: an unknown role or operation is no. */
export function roleMayAsk(role: Role, operation: string): boolean {
  const table: Readonly<Record<string, readonly Role[]>> = operationRoles
  return Object.hasOwn(table, operation) && (table[operation]?.includes(role) ?? false)
}
