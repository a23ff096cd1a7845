import type { Role } from '@keyhold/contract'
import type { Principal } from '../../platform/access.ts'
import type { AuditPort } from '../../platform/audit-port.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'

/** What the use cases of groups work with. */
export type GroupSetting = {
  readonly database: Database
  readonly audit: AuditPort
  readonly now: () => Date
  /**
   * Locks the organisation's members for a caller who may manage them by what is true then.
   *
   * @throws `access.denied`, `access.unauthenticated`
   */
  readonly lockLeader: (tx: Transaction, caller: Extract<Principal, { kind: 'person' }>) => Promise<void>
  /** Gives people the roles that follow from their own and their groups'; gives whose is another one now. */
  readonly refreshRoles: (
    tx: Transaction,
    people: readonly string[],
  ) => Promise<readonly { readonly person: string; readonly role: Role }[]>
}
