/** Entries of the log as rows of `system.audit`. */
import { readEntryFacts, type ReadableEntry } from '@keyhold/ledger'
import type { TableColumn } from '../engine/index.ts'

export const auditColumns: readonly TableColumn[] = [
  { name: 'index', type: 'BIGINT' },
  { name: 'time', type: 'TIMESTAMP' },
  { name: 'action', type: 'VARCHAR' },
  { name: 'outcome', type: 'VARCHAR' },
  { name: 'code', type: 'VARCHAR' },
  { name: 'actor_kind', type: 'VARCHAR' },
  { name: 'actor', type: 'VARCHAR' },
  { name: 'source', type: 'VARCHAR' },
  { name: 'project', type: 'VARCHAR' },
  { name: 'object_kind', type: 'VARCHAR' },
  { name: 'object', type: 'VARCHAR' },
  { name: 'before', type: 'VARCHAR' },
  { name: 'after', type: 'VARCHAR' },
  { name: 'details', type: 'JSON' },
  { name: 'signed_by', type: 'VARCHAR' },
]

/** One entry as a line of JSON with its newline; `source` is null where it was erased. @throws LedgerError */
export function formatAuditRow(listed: ReadableEntry): string {
  const { index, entry, source, signedBy } = readEntryFacts(listed)
  const { action, outcome, code, actor, project, object, before, after, details } = entry
  const row = {
    index,
    time: entry.time.slice(0, -1),
    action,
    outcome,
    code,
    actor_kind: actor.kind,
    actor: actor.id,
    source,
    project,
    object_kind: object?.kind ?? null,
    object: object?.id ?? null,
    before,
    after,
    details,
    signed_by: signedBy,
  }
  return `${JSON.stringify(row)}\n`
}
