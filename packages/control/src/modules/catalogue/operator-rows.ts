/**
 * What the control plane's database holds on a subject: rows as they are, read straight from the tables of all modules,
 * through nothing that could open what is sealed. Only a password's hash is cut to its kind and costs, since a member
 * could guess at another's with it; and hashes of secrets are named but not shown, since this program cannot read them.
 */
import type { OperatorSubject } from '@keyhold/contract'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Answer } from '../../platform/http/call.ts'
import { hasProject } from '../projects/index.ts'
import { failCatalogue } from './errors.ts'

const mostRows = 50
const shownBytes = 1_024
const unreadable = 'only the authorising process reads it'

type Shown = Answer<'readOperatorRows'>
type Row = Readonly<Record<string, unknown>>
/** Which rows of a database table, newest first. `$1` is the project. */
type Source = { readonly table: string; readonly where: string; readonly order: string }

const ofProject = 'project = $1::uuid'
const snapshotsOfProject = 'SELECT s.id FROM snapshots s JOIN tables t ON t.id = s.table_id WHERE t.project = $1::uuid'
const anyRow = '$1::uuid IS NOT NULL'
const source = (table: string, where: string, order: string): Source => ({ table, where, order })

const sources: Readonly<Record<OperatorSubject, readonly Source[]>> = {
  project: [
    source('organisations', anyRow, 'created DESC'),
    source('projects', 'id = $1::uuid', 'created DESC'),
    source('buckets', ofProject, 'created DESC'),
  ],
  tables: [
    source('tables', ofProject, 'coalesce(changed, created) DESC'),
    source('snapshots', 'table_id IN (SELECT id FROM tables WHERE project = $1::uuid)', 'created DESC'),
    source('data_files', `snapshot IN (${snapshotsOfProject})`, 'id DESC'),
    source(
      'objects',
      `id IN (SELECT object FROM data_files WHERE snapshot IN (${snapshotsOfProject}))`,
      'created DESC',
    ),
  ],
  documents: [source('documents', ofProject, 'updated DESC')],
  uploads: [source('uploads', ofProject, 'created DESC')],
  jobs: [source('jobs', ofProject, 'created DESC')],
  keys: [source('wrapped_keys', ofProject, 'id'), source('sealing_key_sets', ofProject, 'number DESC')],
  // A sealed request leaves nothing but its entry.
  requests: [source('ledger_entries', "action = 'request.send' AND position($1::text IN entry) > 0", 'index DESC')],
  tokens: [source('tokens', ofProject, 'created DESC')],
  members: [
    source('people', anyRow, 'created DESC'),
    source('sessions', anyRow, 'created DESC'),
    source('invitations', anyRow, 'created DESC'),
  ],
  devices: [source('roster', anyRow, 'number DESC'), source('data_planes', anyRow, 'created DESC')],
  audit: [source('ledger_entries', anyRow, 'index DESC'), source('ledger_checkpoints', anyRow, 'changed DESC')],
}

/** @throws `project.unknown` */
export async function readOperatorRows(
  database: Database,
  place: { readonly organisation: string; readonly project: string },
  subject: OperatorSubject,
): Promise<Shown> {
  return database.readTenant(place, async (tx) => {
    if (!(await hasProject(tx, place.project))) throw failCatalogue('project.unknown')
    const read = ({ table, where, order }: Source) =>
      readRows(tx, table, `WHERE ${where} ORDER BY ${order} LIMIT ${mostRows + 1}`, place.project)
    const found = await Promise.all(sources[subject].map(async (from) => [from.table, await read(from)] as const))
    return {
      sentence: `operator.${subject}`,
      rows: Object.fromEntries(found.map(([table, rows]) => [table, rows.slice(0, mostRows).map(showRow)])),
      cut: found.filter(([, rows]) => rows.length > mostRows).map(([table]) => table),
    }
  })
}

async function readRows(tx: Transaction, table: string, rest: string, project: string): Promise<Row[]> {
  const columns = await tx.prepared<{ name: string; readable: boolean }>(
    'operator.columns',
    `SELECT quote_ident(attname) AS name, has_column_privilege(attrelid, attnum, 'SELECT') AS readable
     FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  )
  const shown = columns.map(({ name, readable }) => (readable ? name : `'${unreadable}' AS ${name}`))
  return tx.sql<Row>(`SELECT ${shown.join(', ')} FROM ${table} ${rest}`, [project])
}

function showRow(row: Row): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, showValue(column, value)]))
}

function showValue(column: string, value: unknown): unknown {
  if (Buffer.isBuffer(value)) {
    return { base64url: value.subarray(0, shownBytes).toString('base64url'), length: value.length }
  }
  if (column === 'password_hash' && typeof value === 'string') return `${value.split('$').slice(0, 4).join('$')}$…`
  return value
}
