/**
 * The engine as the data plane sees it: files are linked in, SQL runs to a Parquet file, everything goes when it ends.
 * Other backends (a distributed engine in the customer's account) implement the same types.
 */
import type { ImportedFile, ImportRequest, ImportResult } from './import-types.ts'

/** How far an engine is walled off: `namespaces` (bubblewrap and seccomp) or `process` (DuckDB's own walls only). */
export type Isolation = 'namespaces' | 'process'

/** Bounds of one piece of work. All are enforced; passing one ends the work with a stable code. */
export type Limits = {
  /** DuckDB's memory in bytes (`engine.memory`). The process may hold at most 384 MiB more before it is killed. */
  readonly memoryBytes: number
  /** Threads that DuckDB may use. */
  readonly threads: number
  /** Wall time in milliseconds (`engine.timeout`). */
  readonly timeMs: number
  /** Size of the result file in bytes (`engine.result_too_large`). */
  readonly resultBytes: number
  /** Temporary (spilled, encrypted) bytes in the scratch folder (`engine.memory`). */
  readonly scratchBytes: number
}

/** A table that a query may name as `bucket.table`: files already linked with {@link Engine.linkFile}, by name. */
export type TableInput = {
  readonly bucket: string
  readonly table: string
  /** Names in the data folder: Parquet, or lines of JSON (`.ndjson`); those and none at all need `columns`. */
  readonly files: readonly string[]
  /** The table's columns in order; absent means all columns of the files, as they are. */
  readonly columns?: readonly TableColumn[]
}

/** A column and its DuckDB type in text form, e.g. `DECIMAL(18,3)`. */
export type TableColumn = { readonly name: string; readonly type: string }

/** A value bound to `$name` or `$1`: text is parsed by DuckDB as `type`; null is NULL. Never spliced into SQL. */
export type Parameter = { readonly type: string; readonly value: string | readonly string[] | null }

export type QueryRequest = {
  readonly tables: readonly TableInput[]
  /** Exactly one reading statement. */
  readonly sql: string
  /** By name (without `$`) or by position from `1`. */
  readonly parameters?: Readonly<Record<string, Parameter>>
  readonly limits: Limits
}

/** A column of a result: the name and DuckDB type that the asker sees, and where and how the Parquet file holds it. */
export type ResultColumn = {
  readonly name: string
  /** DuckDB's own type text, e.g. `DECIMAL(18,3)` or `STRUCT(a INTEGER, b VARCHAR)`. */
  readonly type: string
  /** Column of the Parquet file: `name`, made unique. */
  readonly parquetName: string
  /** DuckDB type that the file really has; differs from `type` where Parquet or its readers would lose something. */
  readonly parquetType: string
}

export type QueryResult = {
  /** The Parquet file on the data plane's side; gone after {@link Engine.dropResult} or the engine's end. */
  readonly path: string
  readonly bytes: number
  readonly rows: number
  readonly columns: readonly ResultColumn[]
  /** Time inside the engine, from request to finished file. */
  readonly elapsedMs: number
}

/** A question of the data plane's own: SQL that nobody else wrote, whose columns are all VARCHAR. */
export type RowsRequest = Pick<QueryRequest, 'tables' | 'sql' | 'limits'>

/** Rows as text in the order of the columns. */
export type TextRows = readonly (readonly (string | null)[])[]

/** Rows of a table in data files linked with {@link Engine.linkFile}, by name and in order. */
export type RewriteSide = { readonly files: readonly string[]; readonly columns: readonly TableColumn[] }

export type RewriteRequest = {
  /** The table as it is. */
  readonly base: RewriteSide
  /** Rows to add, in the order of their source. */
  readonly added: RewriteSide
  /** The table's columns from now on; what a side lacks is NULL. */
  readonly columns: readonly TableColumn[]
  /** Columns, none of them NULL, by which an added row replaces others; null only adds. Of several the last counts. */
  readonly key: readonly string[] | null
  /** Whether the base is checked for the key, as it had none before. */
  readonly checkBase: boolean
  readonly limits: Limits
  /** Receives each data file in order; it may be taken and is deleted after. */
  readonly onDataFile: (file: ImportedFile) => Promise<void>
}

export type RewriteResult = {
  readonly rows: number
  /** Rows of the base that were replaced. */
  readonly replaced: number
  /** Added rows that a later one with the same key replaced. */
  readonly repeated: number
}

/** A table that SQL names: `bucket` is null when the name has one part only. */
export type TableName = { readonly bucket: string | null; readonly table: string }

/** One engine process, bound to one identity and resolved policy. One piece of work at a time; others wait in order. */
export interface Engine {
  readonly id: string
  readonly isolation: Isolation
  /** Folders on the data plane's side. `data` is read-only for the engine. */
  readonly folders: { readonly data: string; readonly scratch: string }
  /** Hard-links a file of the work folder into the data folder as `name`; linking the same name again is an error. */
  linkFile(source: string, name: string): Promise<void>
  /** Removes a linked file. Unknown names are ignored. */
  dropFile(name: string): Promise<void>
  /** Tables named by SQL, by DuckDB's own parser. @throws EngineError `query.syntax`, `query.not_a_read`. */
  tableNames(sql: string): Promise<readonly TableName[]>
  /** Runs one reading statement in a fresh DuckDB instance. @throws EngineError with a `query.` or `engine.` code. */
  query(request: QueryRequest, signal?: AbortSignal): Promise<QueryResult>
  /** Answers rows instead of a file; bounded by a frame's 16 MiB. @throws EngineError with an `engine.` code. */
  readRows(request: RowsRequest, signal?: AbortSignal): Promise<TextRows>
  /** Deletes a result's file. */
  dropResult(result: QueryResult): Promise<void>
  /** Turns source files into Parquet data files. @throws EngineError with an `import.` or `engine.` code. */
  import(request: ImportRequest, signal?: AbortSignal): Promise<ImportResult>
  /**
   * Writes a table anew in its own order, added rows last; memory is bounded, the rest is spilled.
   * @throws EngineError `import.key_not_unique`, `import.schema_lossy` or an `engine.` code.
   */
  rewrite(request: RewriteRequest, signal?: AbortSignal): Promise<RewriteResult>
  /** Ends the process and deletes its folder. Safe to call twice. */
  end(): Promise<void>
}
