/**
 * Objects: sealed files that data planes store and read. Guarantees that an object, once answered, is durable, never
 * changes, and is deleted only when no snapshot names it. Refuses other organisations' ids as unknown.
 */
import type { Transaction } from '../../platform/database/transaction.ts'
import { createObjectHandlers } from './routes.ts'
import { discardObjects, type ObjectClaim, publishObjects } from './store.ts'
import { sweepObjects, type SweepSetting } from './sweep-objects.ts'

export type ObjectsModule = {
  readonly handlers: ReturnType<typeof createObjectHandlers>
  /** In a commit's transaction: makes staged objects live; false unless all are as claimed. */
  readonly publish: (tx: Transaction, objects: readonly ObjectClaim[]) => Promise<boolean>
  /** In a commit's transaction: leaves replaced objects to the sweeper. */
  readonly discard: (tx: Transaction, objects: readonly string[], now: string) => Promise<void>
  /** Deletes what nothing needs. Call it every few minutes. */
  readonly sweep: () => Promise<number>
}

export function createObjects(setting: SweepSetting): ObjectsModule {
  return {
    handlers: createObjectHandlers(setting),
    publish: publishObjects,
    discard: discardObjects,
    sweep: () => sweepObjects(setting),
  }
}
