/** Plaintexts of imports inside sealed objects: how a file is to be read, and what became of it. */
import { Type, type Static } from 'typebox'
import { Count, Name, strict } from './schema.ts'
import { Column } from './statements.ts'

const ImportFormat = Type.Union([
  Type.Literal('csv'),
  Type.Literal('ndjson'),
  Type.Literal('json'),
  Type.Literal('xlsx'),
  Type.Literal('parquet'),
])
const OneCharacter = Type.String({ minLength: 1, maxLength: 1 })

/** How a file is to be read; sealed, since names and settings can tell. Sent when an upload starts. */
export const ImportOpening = strict({
  fileName: Type.String({ maxLength: 1000 }),
  /** Bucket of the table: who may read or write it may read the report, also of a load that failed. */
  bucket: Type.Optional(Name),
  format: ImportFormat,
  /** CSV: a label of the WHATWG Encoding standard; found out when absent. */
  encoding: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  delimiter: Type.Optional(OneCharacter),
  quote: Type.Optional(Type.String({ maxLength: 1 })),
  header: Type.Optional(Type.Boolean()),
  /** CSV and Excel: rows that name the columns, joined by a space; 1 when absent. */
  headerRows: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
  /** CSV and Excel: lines or rows before the header; in CSV found out when absent. */
  skipLines: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
  nullValue: Type.Optional(Type.String({ maxLength: 100 })),
  /** Further texts that mean NULL; an empty field means it too, unless `nullValue` is given. */
  nullValues: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 50 })),
  /** CSV: the sign before fractions; found out when absent. */
  decimal: Type.Optional(Type.Union([Type.Literal('.'), Type.Literal(',')])),
  /** CSV: the sign between groups of three digits. */
  thousands: Type.Optional(
    Type.Union([Type.Literal('.'), Type.Literal(','), Type.Literal(' '), Type.Literal("'"), Type.Literal('_')]),
  ),
  /** CSV: such as `DD.MM.YYYY`; the unambiguous are found out when absent. */
  dateFormat: Type.Optional(Type.String({ minLength: 8, maxLength: 20 })),
  /** CSV: IANA zone of timestamps that name none, which then become instants. */
  timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  /** JSON: where the array of objects is, such as `data.items`; found out when absent. */
  jsonPath: Type.Optional(Type.String({ maxLength: 500 })),
  /** Excel: name, or number from 1; the first visible when absent. */
  sheet: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 31 }), Type.Integer({ minimum: 1 })])),
  schema: Type.Optional(Type.Array(Column)),
  /** As in the closing statement, which must say the same. */
  primaryKey: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 32 })),
  /** Allow the table's columns to change on this load; otherwise a different schema is refused. */
  allowSchemaChange: Type.Optional(Type.Boolean()),
  /** Allow a replacement that has less than half of the table's rows. */
  allowShrink: Type.Optional(Type.Boolean()),
  /** What happens to rows that do not fit: `quarantine` puts them into `<table>__quarantine`. */
  badRows: Type.Optional(Type.Union([Type.Literal('refuse'), Type.Literal('quarantine')])),
  /** Bad rows above which the load is refused all the same; 1,000 or 1 %, whichever is more, when absent. */
  mostBadRows: Type.Optional(Count),
})
export type ImportOpening = Static<typeof ImportOpening>

/** How a file's columns differ from the table's. */
export const ColumnChange = Type.Union([
  strict({ kind: Type.Literal('added'), name: Type.String(), type: Type.String() }),
  strict({ kind: Type.Literal('removed'), name: Type.String(), type: Type.String() }),
  strict({ kind: Type.Literal('changed'), name: Type.String(), from: Type.String(), to: Type.String() }),
])
export type ColumnChange = Static<typeof ColumnChange>

/** What was found out about a file; every field that says nothing of the format is absent. */
export const SourceFacts = strict({
  format: ImportFormat,
  encoding: Type.Optional(Type.String()),
  delimiter: Type.Optional(Type.String()),
  decimal: Type.Optional(Type.String()),
  thousands: Type.Optional(Type.String()),
  headerRows: Type.Optional(Count),
  skippedLines: Type.Optional(Count),
  nullTexts: Type.Optional(Type.Array(Type.String())),
  timeZone: Type.Optional(Type.String()),
  jsonPath: Type.Optional(Type.String()),
  sheet: Type.Optional(Type.String()),
  /** Excel: cells with an error such as #N/A, and formulas that were never computed; both are NULL. */
  errorCells: Type.Optional(Count),
  uncomputedCells: Type.Optional(Count),
})
export type SourceFacts = Static<typeof SourceFacts>

/** Answer of the operation `import.report`: facts of one load, sealed beside its job. Columns at most 1,000. */
export const ImportReport = strict({
  outcome: Type.Union([Type.Literal('loaded'), Type.Literal('refused')]),
  /** Why it was refused. */
  code: Type.Optional(Type.String()),
  /** Names that the refusal is about: sheets that there are, the column that would lose digits. */
  detail: Type.Optional(Type.String()),
  fileName: Type.String(),
  bucket: Type.Optional(Name),
  source: SourceFacts,
  columns: Type.Array(strict({ name: Type.String(), type: Type.String(), dateFormat: Type.Optional(Type.String()) })),
  /** Difference to the table as it was before. */
  changes: Type.Array(ColumnChange),
  rowsRead: Count,
  rowsLoaded: Count,
  rowsQuarantined: Count,
  /** Upserts: rows of the table that were replaced, and rows of the file that a later one with the same key replaced. */
  rowsReplaced: Type.Optional(Count),
  rowsRepeated: Type.Optional(Count),
  /** The row that a load was refused for. */
  badRow: Type.Optional(strict({ line: Count, rule: Type.String(), column: Type.Optional(Type.String()) })),
})
export type ImportReport = Static<typeof ImportReport>

/** Body of the operation `import.report`: of a job, or of the load that made a table's current state. */
export const ImportReportBody = Type.Union([strict({ job: Type.String() }), strict({ bucket: Name, table: Name })])
export type ImportReportBody = Static<typeof ImportReportBody>
