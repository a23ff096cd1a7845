/** What members of an organisation may do, by role: data that the server decides by, the page shows, and tests walk. */

export const roles = ['owner', 'admin', 'analyst', 'viewer', 'auditor', 'approver'] as const
export type Role = (typeof roles)[number]

const everyone = roles
const leaders = ['owner', 'admin'] as const

/** Action × role; what is not named is denied. Tokens are decided by their scopes besides. */
export const permissions = {
  /** Who one is, and ending one's own session. */
  'self.use': everyone,
  'project.read': everyone,
  'project.manage': leaders,
  /** Tables, jobs, and requests to the data plane, which decides what each role may ask of it. */
  'data.read': ['owner', 'admin', 'analyst', 'viewer'],
  'data.write': ['owner', 'admin', 'analyst'],
  /** What the control plane has: rows, envelopes and ciphertext. */
  'operator_view.read': ['owner', 'admin', 'analyst', 'auditor', 'approver'],
  'log.read': ['owner', 'admin', 'auditor'],
  /** The log's signed head, by which a client notices that it was rolled back. */
  'checkpoint.read': everyone,
  /** What the organisation demands of everyone: second factors, lengths of sessions. */
  'organisation.manage': leaders,
  'people.read': everyone,
  'people.manage': leaders,
  'token.read': ['owner', 'admin', 'auditor'],
  'token.manage': leaders,
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
