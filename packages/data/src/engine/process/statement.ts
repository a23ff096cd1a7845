/** Decides whether SQL is one reading statement, and which tables it names, by DuckDB's own parser. */
import type { TableName } from '../engine.ts'
import { Failure, toFailure } from './duck-error.ts'
import type { Instance } from './instance.ts'
import { blankOpaque, firstKeyword, takeStatement } from './sql-text.ts'

/** `select` covers all that can stand in a FROM; `explain` runs alone and is given with the statement it explains. */
export type Statement = { readonly kind: 'select' | 'explain'; readonly sql: string; readonly tree: unknown }

const statementTypeCreate = 7
const notARead = (): Failure => new Failure({ code: 'query.not_a_read' })

/** Parses, and remembers the last statement: what was asked for its tables is mostly run next. */
export class StatementParser {
  #sql: string | null = null
  #statement: Statement | null = null

  /**
   * @throws Failure `query.syntax` with the position, `query.not_a_read` for anything but one SELECT, WITH, FROM, VALUES,
   * TABLE, DESCRIBE, SUMMARIZE, SHOW, PIVOT, UNPIVOT, or an EXPLAIN of one.
   */
  async parse(instance: Instance, sql: string): Promise<Statement> {
    if (this.#statement !== null && this.#sql === sql) return this.#statement
    const statement = await parseStatement(instance, sql)
    this.#sql = sql
    this.#statement = statement
    return statement
  }
}

async function parseStatement(instance: Instance, sql: string): Promise<Statement> {
  const explain = /^\s*explain(\s+analyze)?\b/i.exec(blankOpaque(sql))
  if (explain === null) return { kind: 'select', ...(await parseRead(instance, sql, 0)) }
  const prefix = explain[0].length
  return { kind: 'explain', ...(await parseRead(instance, sql.slice(prefix), prefix)), sql: takeStatement(sql) ?? sql }
}

async function parseRead(instance: Instance, sql: string, offset: number): Promise<{ sql: string; tree: unknown }> {
  const one = takeStatement(sql)
  const [serialized, inFrom] = await serialize(instance, sql, `FROM (\n${one ?? sql}\n)`)
  if (serialized.error !== true) {
    // The text is used inside FROM (…): the scanner and the parser must agree that it is one statement.
    if (one === null || serialized.statements?.length !== 1 || inFrom.statements?.length !== 1) throw notARead()
    return { sql: one, tree: serialized.statements }
  }
  if (serialized.error_type !== 'not implemented') throw toSyntaxFailure(serialized, offset)
  return parsePivot(instance, sql)
}

type Serialized = {
  readonly error?: boolean
  readonly error_type?: string
  readonly error_message?: string
  readonly position?: string
  readonly statements?: readonly unknown[]
}

async function serialize(instance: Instance, sql: string, inFrom: string): Promise<readonly [Serialized, Serialized]> {
  const list = 'json_serialize_sql($sql::VARCHAR), json_serialize_sql($inFrom::VARCHAR)'
  const [row] = await instance.rows(`SELECT ${list}`, { sql, inFrom })
  return [JSON.parse(String(row?.[0])) as Serialized, JSON.parse(String(row?.[1])) as Serialized]
}

function toSyntaxFailure(serialized: Serialized, offset: number): Failure {
  return new Failure({
    code: 'query.syntax',
    detail: serialized.error_message ?? '',
    ...(serialized.position === undefined ? {} : { position: Number(serialized.position) + offset }),
  })
}

/** A PIVOT without a list of values cannot be serialized: DuckDB makes it a CREATE TYPE and a SELECT. */
async function parsePivot(instance: Instance, sql: string): Promise<{ sql: string; tree: unknown }> {
  const one = takeStatement(sql)
  const opening = ['pivot', 'pivot_wider', 'select', 'with', 'from']
  if (one === null || !/\bpivot/i.test(one) || !opening.includes(firstKeyword(one))) throw notARead()
  const extracted = await instance.connection.extractStatements(one).catch((error: unknown) => {
    throw toFailure(error)
  })
  const last = extracted.count - 1
  for (let index = 0; index < last; index += 1) {
    const type = await prepareType(extracted, index)
    if (type !== statementTypeCreate) throw notARead()
  }
  if (last < 1) throw notARead()
  return { sql: one, tree: null }
}

async function prepareType(
  extracted: Awaited<ReturnType<Instance['connection']['extractStatements']>>,
  index: number,
): Promise<number> {
  try {
    const prepared = await extracted.prepare(index)
    const type: number = prepared.statementType
    prepared.destroySync()
    return type
  } catch {
    // Tables are not there yet while parsing; what cannot be prepared now fails when it runs.
    return statementTypeCreate
  }
}

/** The tables named by a statement, in order, without CTEs. For a PIVOT: every `a.b` and name, tables or not. */
export function collectTables(statement: Statement): readonly TableName[] {
  const found = new Map<string, TableName>()
  const add = (bucket: string | null, table: string) => found.set(JSON.stringify([bucket, table]), { bucket, table })
  if (statement.tree === null) collectNames(statement.sql, add)
  else walk(statement.tree, new Set(), add)
  return [...found.values()]
}

type Add = (bucket: string | null, table: string) => void

function walk(node: unknown, ctes: ReadonlySet<string>, add: Add): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, ctes, add)
    return
  }
  if (typeof node !== 'object' || node === null) return
  const fields = node as Record<string, unknown>
  const visible = withOwnCtes(fields, ctes)
  if (fields['type'] === 'BASE_TABLE' && typeof fields['table_name'] === 'string') {
    const bucket = typeof fields['schema_name'] === 'string' ? fields['schema_name'] : ''
    if (bucket !== '' || !visible.has(fields['table_name'].toLowerCase())) {
      add(bucket === '' ? null : bucket, fields['table_name'])
    }
  }
  if (fields['type'] === 'SHOW_REF') addShown(fields, visible, add)
  for (const value of Object.values(fields)) walk(value, visible, add)
}

function addShown(fields: Record<string, unknown>, visible: ReadonlySet<string>, add: Add): void {
  const table = fields['table_name']
  // SHOW has pseudo-tables of its own, such as "tables" in quotes.
  if (typeof table === 'string' && /^\w/.test(table) && !visible.has(table.toLowerCase())) add(null, table)
}

function withOwnCtes(fields: Record<string, unknown>, ctes: ReadonlySet<string>): ReadonlySet<string> {
  const map = (fields['cte_map'] as { map?: readonly { key?: string }[] } | undefined)?.map ?? []
  const recursive = fields['type'] === 'RECURSIVE_CTE_NODE' ? [String(fields['cte_name'])] : []
  if (map.length === 0 && recursive.length === 0) return ctes
  return new Set([...ctes, ...map.map((entry) => String(entry.key).toLowerCase()), ...recursive])
}

function collectNames(sql: string, add: Add): void {
  const part = String.raw`(?:"((?:[^"]|"")*)"|([A-Za-z_]\w*))`
  const withoutText = sql.replaceAll(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
  for (const match of withoutText.matchAll(new RegExp(`${part}(?:\\s*\\.\\s*${part})?`, 'g'))) {
    const first = match[1]?.replaceAll('""', '"') ?? match[2] ?? ''
    const second = match[3]?.replaceAll('""', '"') ?? match[4]
    if (second === undefined) add(null, first)
    else add(first, second)
  }
}
