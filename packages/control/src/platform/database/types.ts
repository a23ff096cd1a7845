/** How PostgreSQL's values become JavaScript's: exactly, or not at all. */
import { types, type CustomTypesConfig } from 'pg'
import { failDatabase } from './errors.ts'

const int8 = 20
const timestamptz = 1184

/** int8 → number, refused beyond 2^53; timestamptz → ISO 8601 with ms and Z; numeric stays text; others as `pg` does. */
export const valueTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === int8) return parseInt8
    if (oid === timestamptz) return parseTime
    return types.getTypeParser(oid, format)
  },
} satisfies CustomTypesConfig

function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw failDatabase('database.integer_too_large')
  return value
}

/** Sessions run in UTC with ISO dates: `2026-01-02 03:04:05.6+00` → `2026-01-02T03:04:05.600Z`. */
function parseTime(text: string): string {
  const time = text.slice(11, -3)
  return `${text.slice(0, 10)}T${(time.length === 8 ? `${time}.` : time).padEnd(12, '0')}Z`
}
