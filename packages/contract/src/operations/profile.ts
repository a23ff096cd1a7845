/** Operation `table.profile` of sealed requests: what is in a table, column by column. Cached like a query. */
import { Type, type Static } from 'typebox'
import { Count, Name, nullable, strict } from '../schema.ts'

/** Body of the operation `table.profile`. */
export const TableProfileBody = strict({ bucket: Name, table: Name })
export type TableProfileBody = Static<typeof TableProfileBody>

/** Values as text that keeps every digit. Text of customers longer than 200 characters ends with `…`. */
const Value = Type.String()

/** `number`: integers, decimals and floats. `time`: dates, timestamps and times. `other`: lists, structs, blobs… */
export const ColumnClass = Type.Union([
  Type.Literal('number'),
  Type.Literal('time'),
  Type.Literal('text'),
  Type.Literal('boolean'),
  Type.Literal('other'),
])
export type ColumnClass = Static<typeof ColumnClass>

/** Values from `from` up to `to`, which are round numbers or dates; the last bin has its upper end inside. */
export const ProfileBin = strict({ from: Value, to: Value, count: Count })
export type ProfileBin = Static<typeof ProfileBin>

export const ColumnProfile = strict({
  name: Type.String(),
  /** The engine's own name of the type. */
  type: Type.String(),
  class: ColumnClass,
  nulls: Count,
  /** Different values without NULL; null for columns whose values cannot be compared cheaply. */
  distinct: nullable(strict({ count: Count, exact: Type.Boolean() })),
  /** Least and greatest value of numbers, times and booleans (false < true); null for other classes and all NULL. */
  min: nullable(Value),
  max: nullable(Value),
  /** Of numbers; a double's shortest digits. NaN and infinities are left out. */
  mean: nullable(Value),
  median: nullable(Value),
  /** Of text: characters of the shortest and longest value, and one value of each length. */
  shortest: nullable(strict({ length: Count, value: Value })),
  longest: nullable(strict({ length: Count, value: Value })),
  /**
   * Ten most frequent values, most frequent first; of text, booleans, and columns with at most 50 different values.
   * None where the different values were estimated, as nearly every row has its own.
   */
  top: Type.Array(strict({ value: Value, count: Count })),
  /** At most 24 bins of one step (of numbers, of clock or calendar), of numbers, dates and timestamps. */
  histogram: Type.Array(ProfileBin),
})
export type ColumnProfile = Static<typeof ColumnProfile>

/** Answer of `table.profile`. */
export const TableProfile = strict({ rows: Count, columns: Type.Array(ColumnProfile) })
export type TableProfile = Static<typeof TableProfile>
