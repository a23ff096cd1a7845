/** What operators may do, by role: data that the server decides by, the page shows, and tests walk. None of it is a tenant's data. */

export const operatorRoles = ['monitoring', 'administration', 'upgrade', 'recovery'] as const
export type OperatorRole = (typeof operatorRoles)[number]

const everyone = operatorRoles

/** Action × role; what is not named is denied. An operator with several roles may do what any of them may. */
export const operatorPermissions = {
  /** Who one is, one's own sessions, a fresh proof. */
  'self.use': everyone,
  /** The installation's own ledger, in which every act of an operator is. */
  'ledger.read': everyone,
  /** Who the operators are: each reads the ledger, which names them by id. */
  'operator.read': everyone,
  'operator.manage': ['administration'],
  'health.read': ['monitoring', 'administration'],
  /** Ids, labels that operators gave, counts, bytes and times: no name that a tenant gave. */
  'organisation.read': ['monitoring', 'administration', 'recovery'],
  'organisation.manage': ['administration'],
  'version.read': ['monitoring', 'administration', 'upgrade'],
  'maintenance.announce': ['upgrade'],
  /** Sealed objects as they lie in the store; nothing here opens them. */
  'ciphertext.read': ['recovery'],
} as const satisfies Record<string, readonly OperatorRole[]>

export type OperatorAction = keyof typeof operatorPermissions

/** Whether an operator with these roles may do something. Deny by default: an unknown role or action is no. */
export function operatorMay(held: readonly OperatorRole[], action: OperatorAction): boolean {
  const allowed: readonly OperatorRole[] | undefined = Object.hasOwn(operatorPermissions, action)
    ? operatorPermissions[action]
    : undefined
  return held.some((role) => allowed?.includes(role) ?? false)
}
