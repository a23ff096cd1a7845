/** What the platform needs of the log: the module `audit` gives it. */
import type { Principal } from './access.ts'
import type { Transaction } from './database/transaction.ts'

/** The installation's own log, for calls that belong to no organisation. */
export const installationLog = '00000000-0000-7000-8000-000000000000'

export type AuditActor = {
  readonly kind: 'person' | 'token' | 'dataPlane' | 'operator' | 'anonymous' | 'system'
  readonly id: string | null
}

/** Who calls, as the log names them. */
export function describeActor({ kind, id }: Pick<Principal, 'kind' | 'id'>): AuditActor {
  return { kind: kind === 'provisioner' ? 'token' : kind, id }
}

/** One act. `source` is personal: it is committed to, and stored encrypted beside the entry. */
export type AuditEvent = {
  readonly organisation: string
  readonly project: string | null
  readonly action: string
  readonly outcome: 'success' | 'failure' | 'denied'
  readonly code: string | null
  readonly actor: AuditActor
  /** Network address of the caller; null for the system's own acts. */
  readonly source: string | null
  readonly object: { readonly kind: string; readonly id: string } | null
  /** Digests of the object before and after a change (`digestView`). */
  readonly before?: string | null
  readonly after?: string | null
  /** Ids, counts and sizes only. */
  readonly details: Readonly<Record<string, string | number | boolean>>
}

export type AuditPort = {
  /** @throws `audit.unavailable` while this log cannot be written: its calls are refused until it can. */
  readonly assertWriting: (organisation: string) => void
  /** Queues a read's entry; durable within a second. @throws `audit.queue_full` */
  readonly enqueue: (event: AuditEvent) => void
  /** Writes an entry and waits until it is durable and in the tree. */
  readonly append: (event: AuditEvent) => Promise<void>
  /** Puts an entry into the transaction of its change. The result waits, after the commit, for its batch. */
  readonly stage: (transaction: Transaction, event: AuditEvent) => Promise<() => Promise<void>>
}
