/** The log's routes: its organisation's members read, search, prove and export it themselves (CLU-13). */
import { readCheckpoint } from '@keyhold/ledger'
import type { Handlers } from '../../platform/http/call.ts'
import type { Database } from '../../platform/database/database.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import { exportEntries, exportTypes } from './export-entries.ts'
import { exportLog } from './export-log.ts'
import { listEntries } from './list-entries.ts'
import { proveEntry, proveExtension, readNewestCheckpoint } from './prove.ts'
import type { Writer } from './writer.ts'

export type AuditHandlers = Handlers<
  'listEntries' | 'readCheckpoint' | 'readInclusion' | 'readConsistency' | 'exportLog' | 'exportEntries'
>

export type AuditHandlerParts = {
  readonly database: Database
  readonly platformKey: PlatformKey
  readonly writerOf: (organisation: string) => Writer
}

export function createAuditHandlers(parts: AuditHandlerParts): AuditHandlers {
  const { database, writerOf } = parts
  return {
    listEntries: (call) =>
      listEntries({ ...parts, writer: writerOf(call.organisation) }, call.organisation, call.query),
    async readCheckpoint({ organisation }) {
      const { text } = await writerOf(organisation).readKey()
      return { checkpoint: await readNewestCheckpoint(database, organisation), verifierKey: text }
    },
    readInclusion: (call) => proveEntry(database, call.organisation, Number(call.params.index)),
    readConsistency: (call) => proveExtension(database, call.organisation, call.query.from),
    async exportEntries(call) {
      const { organisation, query } = call
      call.note({ details: { format: query.format } })
      await call.commit(async () => Buffer.alloc(0))
      call.reply.type(exportTypes[query.format])
      const { size } = readCheckpoint(await readNewestCheckpoint(database, organisation))
      return exportEntries(parts, organisation, query, size)
    },
    async exportLog(call) {
      // The export's own entry is durable before the first byte leaves, and is in the file.
      await call.commit(async () => Buffer.alloc(0))
      const { organisation } = call
      const checkpoint = await readNewestCheckpoint(database, organisation)
      return exportLog(parts, organisation, await writerOf(organisation).readKey(), checkpoint)
    },
  }
}
