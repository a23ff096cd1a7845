/** Questions in words. */
import type { DateStep, FilterOperator, QuestionMeasure } from '@keyhold/contract'
import { kindOfType } from '../results/column-kind.ts'

const operators: Readonly<Record<FilterOperator, string>> = {
  is: 'is',
  is_not: 'is not',
  less: 'is less than',
  at_most: 'is at most',
  greater: 'is greater than',
  at_least: 'is at least',
  between: 'is between',
  contains: 'contains',
  not_contains: 'does not contain',
  starts: 'starts with',
  ends: 'ends with',
  one_of: 'is one of',
  none_of: 'is none of',
  true: 'is true',
  false: 'is false',
  empty: 'is empty',
  not_empty: 'is not empty',
}
const ofTimes: Partial<Record<FilterOperator, string>> = {
  less: 'is before',
  at_most: 'is up to',
  greater: 'is after',
  at_least: 'is from',
}

/** An operator as it is said of a column of this type. */
export function nameOperator(operator: FilterOperator, type: string): string {
  return (kindOfType(type) === 'time' ? ofTimes[operator] : undefined) ?? operators[operator]
}

export const measureNames: Readonly<Record<QuestionMeasure['kind'], string>> = {
  count: 'Number of rows',
  distinct: 'Number of different',
  sum: 'Sum of',
  avg: 'Average of',
  median: 'Median of',
  min: 'Least',
  max: 'Greatest',
}

export const stepNames: Readonly<Record<DateStep, string>> = {
  year: 'by year',
  quarter: 'by quarter',
  month: 'by month',
  week: 'by week',
  day: 'by day',
  hour: 'by hour',
}

/** What can be measured of a column of this type. */
export function listMeasures(type: string): readonly QuestionMeasure['kind'][] {
  const kind = kindOfType(type)
  if (kind === 'number') return ['sum', 'avg', 'median', 'min', 'max', 'distinct']
  return kind === 'other' ? ['distinct'] : ['distinct', 'min', 'max']
}
