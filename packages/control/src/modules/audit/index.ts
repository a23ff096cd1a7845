/**
 * The audit log: one transparency log per organisation and one for the installation. Owns the `ledger_*` tables.
 * Guarantees that an entry which was acknowledged is durable and in the tree, and that a change and its entry are stored
 * together or not at all. Refuses every call while entries cannot be written (KEB-17).
 */
import type { AuditEvent, AuditPort } from '../../platform/audit-port.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Log } from '../../platform/log.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import { createDataPlaneLedger, type DataPlaneLedger } from './append-data-plane.ts'
import { eraseSubject, sweepPersonal } from './erase.ts'
import { failAudit } from './errors.ts'
import { readMatching, type ReadEntry } from './export-entries.ts'
import { makeItem, packItem } from './item.ts'
import { createSources } from './personal.ts'
import { createAuditHandlers, type AuditHandlers } from './routes.ts'
import { createOrderedIds } from './ordered-ids.ts'
import { addToOutbox } from './store.ts'
import { Writer } from './writer.ts'

export { registerLedgerMethods } from './link-methods.ts'

export type AuditModule = {
  readonly port: AuditPort
  readonly handlers: AuditHandlers
  readonly dataPlanes: DataPlaneLedger
  /** The log's verifier key as text, made on first use: what a data plane pins at its enrolment. */
  readonly readVerifierKey: (organisation: string) => Promise<string>
  /** Integrates what a killed run committed and left in the outbox. */
  readonly recover: () => Promise<void>
  readonly personal: PersonalEntries
  /** Writes what is queued. */
  readonly close: () => Promise<void>
}

/** What the log keeps about people. */
export type PersonalEntries = {
  /** Erases it for ever, in the caller's transaction; gives how many rows there were. */
  readonly erase: (tx: Transaction, organisation: string, subject: string) => Promise<number>
  /** Erases what is older than `before`, and what came late about those who were erased. */
  readonly sweep: (organisation: string, before: Date) => Promise<{ expired: number; late: number }>
  /** Pages of the entries that name someone, oldest first. */
  readonly readNaming: (organisation: string, subject: string) => AsyncIterable<readonly ReadEntry[]>
}

export type AuditSetting = {
  readonly database: Database
  readonly platformKey: PlatformKey
  readonly log: Log
  readonly now: () => Date
}

export function createAudit(setting: AuditSetting): AuditModule {
  const { database, platformKey, now } = setting
  const writers = new Map<string, Writer>()
  const drawId = createOrderedIds()

  function writerOf(organisation: string): Writer {
    const known = writers.get(organisation)
    if (known) return known
    const writer = new Writer({ ...setting, organisation })
    writers.set(organisation, writer)
    return writer
  }
  const sources = createSources(platformKey, () => now().getTime())
  const makeNow = (event: AuditEvent) => makeItem(event, sources, now().toISOString())
  const port: AuditPort = {
    assertWriting(organisation) {
      if (writers.get(organisation)?.isWriting() === false) throw failAudit('audit.unavailable', { retryAfter: 1 })
    },
    enqueue: (event) => writerOf(event.organisation).enqueue(makeNow(event)),
    append: async (event) => void (await writerOf(event.organisation).write([makeNow(event)])),
    async stage(transaction, event) {
      const id = drawId()
      const writer = writerOf(event.organisation)
      await addToOutbox(transaction, event.organisation, id, packItem(makeNow(event)))
      return () => writer.integrate(id)
    },
  }
  return {
    port,
    handlers: createAuditHandlers({ database, platformKey, writerOf }),
    dataPlanes: createDataPlaneLedger({ database, platformKey, writerOf }),
    personal: {
      async erase(tx, organisation, subject) {
        tx.onCommit(() => sources.forget(organisation, subject))
        return eraseSubject(tx, organisation, subject, now().toISOString())
      },
      sweep: (organisation, before) => sweepPersonal(database, organisation, before),
      readNaming: (organisation, subject) =>
        readMatching({ database, platformKey }, organisation, { words: [subject] }, Number.MAX_SAFE_INTEGER),
    },
    readVerifierKey: async (organisation) => (await writerOf(organisation).readKey()).text,
    async recover() {
      for (const organisation of await database.lookUp.waitingLedgers()) await writerOf(organisation).sweep()
    },
    async close() {
      await Promise.all([...writers.values()].map((writer) => writer.close()))
    },
  }
}
