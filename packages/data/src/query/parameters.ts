/** Parameters of a query as the engine binds them: typed, never spliced. */
import type { QueryParameter } from '@keyhold/contract'
import type { Parameter } from '../engine/index.ts'

/** By name, as the SQL says `$name`. */
export function bindParameters(parameters: readonly QueryParameter[]): Record<string, Parameter> {
  return Object.fromEntries(
    parameters.map(({ name, type, value }) => [name, { type: engineTypes[type](value ?? '0'), value }]),
  )
}

const engineTypes: Record<QueryParameter['type'], (value: string) => string> = {
  text: () => 'VARCHAR',
  integer: (value) => (/^[-+]?\d{1,18}$/.test(value) ? 'BIGINT' : 'HUGEINT'),
  decimal: decimalType,
  boolean: () => 'BOOLEAN',
  date: () => 'DATE',
  timestamp: () => 'TIMESTAMP',
}

/** Exactly as many digits behind the point as were given. */
function decimalType(value: string): string {
  const behind = /\.(\d*)/.exec(value)?.[1]?.length ?? 0
  return `DECIMAL(38,${Math.min(behind, 38)})`
}
