/** Conditions of a question, by operator and by the column's type. */
import type { FilterOperator, QuestionFilter, QueryParameter } from '@keyhold/contract'
import { kindOfType } from '../results/column-kind.ts'
import type { ParameterList } from './build-sql.ts'
import { quoteName } from './quote-name.ts'

/** Operators that suit a column of this type, the likeliest first. */
export function listOperators(type: string): readonly FilterOperator[] {
  const always = ['empty', 'not_empty'] as const
  switch (kindOfType(type)) {
    case 'number':
      return ['is', 'is_not', 'at_least', 'at_most', 'greater', 'less', 'between', 'one_of', 'none_of', ...always]
    case 'time':
      return ['between', 'is', 'is_not', 'at_least', 'at_most', 'less', 'greater', ...always]
    case 'boolean':
      return ['true', 'false', ...always]
    case 'text':
      return ['is', 'is_not', 'contains', 'not_contains', 'starts', 'ends', 'one_of', 'none_of', ...always]
    case 'other':
      return ['contains', 'not_contains', 'is', 'is_not', ...always]
  }
}

/** How many values an operator takes; null: any number. */
export function countValues(operator: FilterOperator): number | null {
  if (operator === 'between') return 2
  if (operator === 'one_of' || operator === 'none_of') return null
  return /^(true|false|empty|not_empty)$/.test(operator) ? 0 : 1
}

/** The parameter type for values that are compared with a column of this type. */
function parameterTypeOf(type: string): QueryParameter['type'] {
  if (kindOfType(type) === 'number') return /INT|BIGNUM/.test(type) ? 'integer' : 'decimal'
  if (kindOfType(type) === 'time') return type === 'DATE' ? 'date' : 'timestamp'
  return type === 'BOOLEAN' ? 'boolean' : 'text'
}

type Side = { readonly column: string; readonly type: QueryParameter['type'] }

/** What is compared: moments with days are compared as days, what has no parameter type of its own as text. */
function chooseSide(filter: QuestionFilter, type: string): Side {
  const column = quoteName(filter.column)
  const kind = kindOfType(type)
  if (kind === 'time' && type !== 'DATE') {
    const days = filter.values.every((value) => /^\d{4}-\d\d-\d\d$/.test(value))
    if (days) return { column: `CAST(${column} AS DATE)`, type: 'date' }
    return { column: type === 'TIMESTAMP' ? column : `CAST(${column} AS TIMESTAMP)`, type: 'timestamp' }
  }
  const asText =
    kind === 'other' || (kind === 'text' && type !== 'VARCHAR') || /contains|starts|ends/.test(filter.operator)
  if (asText && type !== 'VARCHAR') return { column: `CAST(${column} AS VARCHAR)`, type: 'text' }
  const wanted = parameterTypeOf(type)
  const pointed = wanted === 'integer' && filter.values.some((value) => value.includes('.'))
  return { column, type: pointed ? 'decimal' : wanted }
}

/** A condition, or null while the filter lacks its values. */
export function buildFilter(filter: QuestionFilter, type: string, list: ParameterList): string | null {
  const needed = countValues(filter.operator)
  if (filter.values.length < (needed ?? 1) || (needed !== 0 && filter.values.includes(''))) return null
  const side = chooseSide(filter, type)
  const one = (index: number): string => list.add(filter.column, side.type, filter.values[index] ?? '')
  const all = (): string => list.add(filter.column, side.type, [...filter.values])
  const { column } = side
  const plain = quoteName(filter.column)
  switch (filter.operator) {
    case 'is':
      return `${column} = ${one(0)}`
    case 'is_not':
      // Rows without a value are not that value either.
      return `${column} IS DISTINCT FROM ${one(0)}`
    case 'less':
      return `${column} < ${one(0)}`
    case 'at_most':
      return `${column} <= ${one(0)}`
    case 'greater':
      return `${column} > ${one(0)}`
    case 'at_least':
      return `${column} >= ${one(0)}`
    case 'between':
      return `${column} BETWEEN ${one(0)} AND ${one(1)}`
    case 'contains':
      return `contains(lower(${column}), lower(${one(0)}))`
    case 'not_contains':
      return `(${plain} IS NULL OR NOT contains(lower(${column}), lower(${one(0)})))`
    case 'starts':
      return `starts_with(lower(${column}), lower(${one(0)}))`
    case 'ends':
      return `ends_with(lower(${column}), lower(${one(0)}))`
    case 'one_of':
      return `${column} IN ${all()}`
    case 'none_of':
      return `(${plain} IS NULL OR ${column} NOT IN ${all()})`
    case 'true':
      return column
    case 'false':
      return `NOT ${column}`
    case 'empty':
      return type === 'VARCHAR' ? `(${plain} IS NULL OR ${plain} = '')` : `${plain} IS NULL`
    case 'not_empty':
      return type === 'VARCHAR' ? `${plain} <> ''` : `${plain} IS NOT NULL`
  }
}
