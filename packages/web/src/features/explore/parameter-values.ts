/** What a person fills in for the parameters of their SQL. Pure. */
import type { QueryParameter } from '@keyhold/contract'
import { findParameters } from '../editor/scan-sql.ts'

export type ParameterType = QueryParameter['type']
/** `null` is NULL; a list is for `IN $name`. */
export type ParameterValue = { readonly type: ParameterType; readonly value: QueryParameter['value'] }
export type ParameterValues = Readonly<Record<string, ParameterValue>>

/** Values by name, as a saved report has them. */
export function valuesOf(parameters: readonly QueryParameter[]): ParameterValues {
  return Object.fromEntries(parameters.map(({ name, type, value }) => [name, { type, value }]))
}

/** The parameters of a text of SQL; those nobody has filled in yet are NULL, of a type that the name suggests. */
export function bindValues(sql: string, values: ParameterValues): readonly QueryParameter[] {
  return findParameters(sql).map((name) => ({ name, ...(values[name] ?? { type: guessType(name), value: null }) }))
}

function guessType(name: string): ParameterType {
  if (/(^|_)(from|to|since|until|day|date|start|end|before|after)$/i.test(name)) return 'date'
  if (/(^|_)(at|time|moment|timestamp)$/i.test(name)) return 'timestamp'
  if (/^(n|count|limit|year|month|least|most|min|max)$|(_|^)(id|count|limit|year|number)$/i.test(name)) return 'integer'
  return 'text'
}

const forms: Readonly<Record<ParameterType, { readonly form: RegExp; readonly example: string } | null>> = {
  text: null,
  integer: { form: /^[-+]?\d{1,39}$/, example: '42' },
  decimal: { form: /^[-+]?(\d{1,38}(\.\d{0,30})?|\.\d{1,30})$/, example: '12.50' },
  boolean: { form: /^(true|false)$/i, example: 'true or false' },
  date: { form: /^\d{4}-\d\d-\d\d$/, example: '2026-11-25' },
  timestamp: { form: /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?$/, example: '2026-11-25 14:30' },
}

/** What is wrong with a value, or null. The engine has the last word; this spares the way to it. */
export function findFault({ type, value }: ParameterValue): string | null {
  const rule = forms[type]
  const texts = value === null ? [] : Array.isArray(value) ? value : [value]
  if (rule === null || texts.every((text) => rule.form.test(text.trim()) && isRealDate(type, text))) return null
  return `Like this: ${rule.example}`
}

/** The 31st of February has the right form. */
function isRealDate(type: ParameterType, text: string): boolean {
  if (type !== 'date' && type !== 'timestamp') return true
  const day = text.trim().slice(0, 10)
  const instant = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(day)
}

/** Values as they are sent: without the space around them, which only texts may mean. */
export function trimValues(parameters: readonly QueryParameter[]): QueryParameter[] {
  return parameters.map((parameter) => {
    const { type, value } = parameter
    if (type === 'text' || value === null) return parameter
    return { ...parameter, value: Array.isArray(value) ? value.map((text) => text.trim()) : value.trim() }
  })
}
