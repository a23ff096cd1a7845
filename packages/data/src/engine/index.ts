/**
 * Owns the SQL engine: sandboxed DuckDB processes, their folders, limits and pool, import to Parquet, the type table.
 * Guarantees: an engine serves one identity and policy, sees only the files linked for it, has no key and no network.
 * Refuses: any statement that is not a single read; files with a bad row; more memory, time or result than allowed.
 */
export type {
  Engine,
  Isolation,
  Limits,
  Parameter,
  QueryRequest,
  QueryResult,
  ResultColumn,
  RowsRequest,
  RewriteRequest,
  RewriteResult,
  RewriteSide,
  TableColumn,
  TableInput,
  TableName,
  TextRows,
} from './engine.ts'
export type { FileColumn } from './column-format.ts'
export type {
  CsvOptions,
  ImportedFile,
  ImportPart,
  ImportRequest,
  ImportResult,
  PartSeen,
  QuarantinedRow,
  TargetTable,
} from './import-types.ts'
export { mergeTypes } from './schema-merge.ts'
export { EngineError } from './errors.ts'
export type { BadRow, ColumnDifference, EngineCode } from './errors.ts'
export { EnginePool } from './pool.ts'
export type { Lease, PoolClock, PoolOptions } from './pool.ts'
export type { SheetRequest, SheetResult } from './sheet-reader.ts'
export { openWorkFolder } from './work-folder.ts'
export type { WorkFolder, WorkFolderOptions } from './work-folder.ts'
export { RecordCutter } from './record-cutter.ts'
export type { CutterOptions } from './record-cutter.ts'
