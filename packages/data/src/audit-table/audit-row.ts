/** Entries of the log as rows of `system.audit`. */
import { readEntryFacts, type ReadableEntry } from '@keyhold/ledger'

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
