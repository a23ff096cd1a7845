/**
 * From a question to SQL. What a person chose or typed is in it only as a quoted name or as a parameter; the rest is
 * this file's own text. Pure.
 */
import type { Column, Question, QuestionGroup, QuestionMeasure, QueryParameter } from '@keyhold/contract'
import { buildFilter } from './filter-sql.ts'
import { createNames } from './parameter-names.ts'
import { quoteName, quoteTable } from './quote-name.ts'

export type BuiltSql = {
  readonly sql: string
  readonly parameters: readonly QueryParameter[]
  /** Names of the result's columns in order; what `sort` counts. Empty when all of the table's columns are listed. */
  readonly outputs: readonly string[]
}

/** Collects parameters while SQL is written; gives the `$name` to write. */
export type ParameterList = {
  readonly add: (column: string, type: QueryParameter['type'], value: string | string[]) => string
}

/** `columns` are the table's own; what names a column that is not there is left out. */
export function buildSql(question: Question, columns: readonly Column[]): BuiltSql {
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  const parameters: QueryParameter[] = []
  const name = createNames()
  const list: ParameterList = {
    add: (column, type, value) => {
      const parameter = { name: name(column), type, value }
      parameters.push(parameter)
      return `$${parameter.name}`
    },
  }
  const outputs = listOutputs(question, types, list)
  const where = question.filters.flatMap((filter) => {
    const type = types.get(filter.column)
    return (type === undefined ? null : buildFilter(filter, type, list)) ?? []
  })
  const grouped = question.groups.some((group) => types.has(group.column))
  const names = outputs.map((output) => output.name)
  const sorted = names.length > 0 ? names : columns.map((column) => column.name)
  const sort = question.sort.flatMap(({ by, direction }) => {
    const output = sorted[by]
    return output === undefined ? [] : [`${quoteName(output)}${direction === 'down' ? ' DESC NULLS LAST' : ''}`]
  })
  const sql = [
    outputs.length === 0 ? 'SELECT *' : `SELECT\n  ${outputs.map((output) => output.sql).join(',\n  ')}`,
    `FROM ${quoteTable(question.bucket, question.table)}`,
    ...(where.length === 0 ? [] : [`WHERE ${where.join('\n  AND ')}`]),
    ...(grouped && question.measures.length + question.groups.length > 0 ? ['GROUP BY ALL'] : []),
    ...(sort.length === 0 ? [] : [`ORDER BY ${sort.join(', ')}`]),
    ...(question.limit === null ? [] : [`LIMIT ${Math.max(1, Math.trunc(question.limit))}`]),
  ].join('\n')
  return { sql, parameters, outputs: names }
}

type Output = { readonly name: string; readonly sql: string }

function listOutputs(question: Question, types: ReadonlyMap<string, string>, list: ParameterList): readonly Output[] {
  const { groups, measures } = question
  if (groups.length === 0 && measures.length === 0) {
    return question.columns.filter((name) => types.has(name)).map((name) => ({ name, sql: quoteName(name) }))
  }
  // No name of a result is that of a column, so that the two cannot be taken for each other.
  const taken = new Set([...types.keys()].map((name) => name.toLowerCase()))
  const take = (wanted: string): string => {
    let name = wanted
    for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${wanted}_${count}`
    taken.add(name.toLowerCase())
    return name
  }
  const grouped = groups.flatMap((group) => {
    const type = types.get(group.column)
    return type === undefined ? [] : [buildGroup(group, type, take, list)]
  })
  const measured = measures.flatMap((measure) => buildMeasure(measure, types, take) ?? [])
  return [...grouped, ...measured]
}

function buildGroup(group: QuestionGroup, type: string, take: (name: string) => string, list: ParameterList): Output {
  const column = quoteName(group.column)
  const { step, width } = group
  const as = (sql: string, wanted: string): Output => {
    const name = take(wanted)
    return { name, sql: `${sql} AS ${quoteName(name)}` }
  }
  if (step !== undefined) {
    const truncated = `date_trunc('${step}', ${column})`
    return as(step === 'hour' ? truncated : `CAST(${truncated} AS DATE)`, `${group.column}_${step}`)
  }
  if (width !== undefined && Number(width) > 0) {
    const whole = /INT/.test(type) && !width.includes('.')
    const given = list.add(`${group.column}_width`, whole ? 'integer' : 'decimal', width)
    const bin = `floor(${column} / ${given})`
    return as(whole ? `CAST(${bin} AS BIGINT) * ${given}` : `${bin} * ${given}`, `${group.column}_from`)
  }
  return { name: group.column, sql: column }
}

const aggregates: Readonly<Record<Exclude<QuestionMeasure['kind'], 'count'>, string>> = {
  distinct: 'count(DISTINCT ',
  sum: 'sum(',
  avg: 'avg(',
  median: 'median(',
  min: 'min(',
  max: 'max(',
}

function buildMeasure(
  { kind, column }: QuestionMeasure,
  types: ReadonlyMap<string, string>,
  take: (name: string) => string,
): Output | null {
  if (kind === 'count') {
    const name = take('count')
    return { name, sql: `count(*) AS ${quoteName(name)}` }
  }
  if (column === undefined || !types.has(column)) return null
  const name = take(`${kind}_${column}`)
  return { name, sql: `${aggregates[kind]}${quoteName(column)}) AS ${quoteName(name)}` }
}
