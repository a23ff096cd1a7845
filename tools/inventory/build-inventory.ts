/**
 * The data inventory (CLN-09): every table and column of the control plane's database, from the comments in its
 * migrations, with what protects it and how long it is kept.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { elsewhere, kept } from './kept.ts'

/**
 * `clear`: the operator reads it. `account`: encrypted at rest under the platform key, which the operator's program has.
 * `digest`: a hash that does not lead back. `sealed`: only the data plane opens it.
 */
type Protection = 'clear' | 'account' | 'digest' | 'sealed'

type InventoryTable = {
  readonly table: string
  readonly about: string
  readonly kept: string
  readonly columns: readonly {
    readonly column: string
    readonly about: string
    readonly protection: Protection
    readonly personal: boolean
    /** Of personal columns: why it is kept, and until when. */
    readonly purpose?: string
    readonly until?: string
  }[]
}

type Inventory = { readonly tables: readonly InventoryTable[]; readonly elsewhere: typeof elsewhere }

/** Comments that name hashes of public things, or bytes that hold several kinds. */
const exceptions: Readonly<Record<string, Protection>> = {
  'ledger_outbox.item': 'account',
  'jobs.message': 'clear',
}

/** Throws when a table has no entry in `kept`, or a column's comment names none. */
export function buildInventory(folder: string): Inventory {
  const tables = new Map<string, { about: string; columns: Map<string, string> }>()
  for (const file of readdirSync(folder).sort()) readComments(readFileSync(`${folder}/${file}`, 'utf8'), tables)
  return {
    tables: [...tables].map(([table, { about, columns }]) => ({
      table,
      about,
      kept: requireKept(table),
      columns: [...columns].map(([column, text]) => describeColumn(table, column, text)),
    })),
    elsewhere,
  }
}

type Tables = Map<string, { about: string; columns: Map<string, string> }>

function readComments(sql: string, tables: Tables): void {
  const form =
    /COMMENT ON (?:TABLE (\w+)|COLUMN (\w+)\.(\w+)) IS '((?:[^']|'')*)'|DROP TABLE (\w+)|ALTER TABLE (\w+) DROP COLUMN (\w+)/g
  for (const [, table, owner, column, text = '', dropped, altered, gone] of sql.matchAll(form)) {
    const about = text.replaceAll("''", '’')
    if (dropped !== undefined) tables.delete(dropped)
    else if (altered !== undefined && gone !== undefined) tables.get(altered)?.columns.delete(gone)
    else if (table !== undefined) tables.set(table, { about, columns: tables.get(table)?.columns ?? new Map() })
    else if (owner !== undefined && column !== undefined) requireTable(tables, owner).columns.set(column, about)
  }
}

function requireTable(tables: Tables, name: string) {
  const found = tables.get(name)
  if (found === undefined) throw new Error(`A migration comments on a column of ${name}, which has no comment itself`)
  return found
}

function requireKept(table: string): string {
  const found = kept[table]
  if (found === undefined) throw new Error(`tools/inventory/kept.ts does not say how long rows of ${table} are kept`)
  return found
}

function describeColumn(table: string, column: string, about: string): InventoryTable['columns'][number] {
  const protection = exceptions[`${table}.${column}`] ?? readProtection(about)
  const said = personalForm.exec(about)
  if (said === null) {
    if (/personal[:)]/.test(about)) throw new Error(`The comment on ${table}.${column} must end in ${personalWords}`)
    return { column, about, protection, personal: false }
  }
  const [, purpose = '', until = ''] = said
  return { column, about: about.replace(personalForm, ''), protection, personal: true, purpose, until }
}

const personalWords = '"(personal: why; until when)"'
const personalForm = / \(personal: ([^;()]+); ([^;()]+)\)$/

/** From the comment's own words; these forms are all that the migrations use. */
function readProtection(about: string): Protection {
  if (/^Sealed|wrapped for/.test(about)) return 'sealed'
  if (/AES-256-GCM under the platform key/.test(about)) return 'account'
  if (/HMAC|SHA-256|argon2id|^Root hash/.test(about)) return 'digest'
  return 'clear'
}
