/**
 * Operation `table.delete` of sealed requests: the data plane signs a last manifest without files, and the control plane
 * throws the table's objects away. The name is free again at once. Only attested requests of people.
 */
import { Type, type Static } from 'typebox'
import { Count, Id, Name, strict } from '../schema.ts'

/** Body of `table.delete`; `sequence` is that of the manifest which the asker saw, else `table.changed`. */
export const TableDelete = strict({ bucket: Name, table: Name, tableId: Id, sequence: Count })
export type TableDelete = Static<typeof TableDelete>

/** Answer of `table.delete`: the last manifest's sequence, and what it took away. */
export const TableDeleted = strict({ sequence: Count, rows: Count, files: Type.Integer({ minimum: 0 }) })
export type TableDeleted = Static<typeof TableDeleted>
