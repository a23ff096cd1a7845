/** Parameters of a query as the engine binds them: typed, never spliced. */
import type { QueryParameter } from '@keyhold/contract'
import type { Parameter } from '../engine/index.ts'

/** By name, as the SQL says `$name`. A list has the one type that fits each of its values. */
export function bindParameters(parameters: readonly QueryParameter[]): Record<string, Parameter> {
  return Object.fromEntries(
    parameters.map(({ name, type, value }) => {
      const values = typeof value === 'string' ? [value] : (value ?? [])
      return [name, { type: engineTypes[type](values), value }]
    }),
  )
}

const engineTypes: Record<QueryParameter['type'], (values: readonly string[]) => string> = {
  text: () => 'VARCHAR',
  integer: (values) => (values.every((value) => /^[-+]?\d{1,18}$/.test(value)) ? 'BIGINT' : 'HUGEINT'),
  decimal: decimalType,
  boolean: () => 'BOOLEAN',
  date: () => 'DATE',
  timestamp: () => 'TIMESTAMP',
}

/** Exactly as many digits behind the point as were given. */
function decimalType(values: readonly string[]): string {
  const behind = values.map((value) => /\.(\d*)/.exec(value)?.[1]?.length ?? 0)
  return `DECIMAL(38,${Math.min(Math.max(0, ...behind), 38)})`
}
