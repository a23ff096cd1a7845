/** The organisation's log as a table for SQL: offered by the data plane to people whose role may read the log. */
import type { Column } from './statements.ts'

/** What SQL calls it. No bucket can have this name. */
export const auditTable = { bucket: 'system', table: 'audit' } as const

/** One row an entry. `source` is null where it was erased; `signed_by` is the key of the data plane that wrote it. */
export const auditColumns: readonly Column[] = [
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
