/** DuckDB instances: each serves one piece of work, walled in before any of the asker's SQL reaches it. */
import { createRequire } from 'node:module'
import type { DuckDBConnection, DuckDBInstance, DuckDBResultReader, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import type { Limits } from '../engine.ts'
import type { ProcessSettings } from './messages.ts'
import { quoteText } from './sql-text.ts'

type DuckModule = typeof import('@duckdb/node-api')

/** Options that must be there before the first statement: nothing is ever fetched, kept or sent. */
const openingOptions = {
  threads: '1',
  errors_as_json: 'true',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_persistent_secrets: 'false',
  custom_user_agent: 'keyhold',
  default_secret_storage: 'memory',
  enable_external_file_cache: 'false',
}

export class Instance {
  readonly #database: DuckDBInstance
  readonly connection: DuckDBConnection

  constructor(database: DuckDBInstance, connection: DuckDBConnection) {
    this.#database = database
    this.connection = connection
  }

  async rows(
    sql: string,
    values?: Record<string, DuckDBValue>,
    types?: Record<string, DuckDBType>,
  ): Promise<readonly (readonly unknown[])[]> {
    const reader: DuckDBResultReader = await this.connection.runAndReadAll(sql, values, types)
    return reader.getRows()
  }

  /** The one value of a statement, with its type. */
  async value(sql: string, values: Record<string, DuckDBValue>): Promise<{ value: DuckDBValue; type: DuckDBType }> {
    const reader = await this.connection.runAndReadAll(sql, values)
    return { value: reader.value(0, 0), type: reader.columnType(0) }
  }

  close(): void {
    this.connection.closeSync()
    this.#database.closeSync()
  }
}

/** Opens instances, always holding one ready: opening takes 8 to 13 ms that the next query then does not wait for. */
export class InstanceSource {
  readonly #duck: DuckModule
  readonly #settings: ProcessSettings
  #next: Promise<Instance> | null = null

  constructor(settings: ProcessSettings) {
    this.#settings = settings
    this.#duck = createRequire(settings.modules)('@duckdb/node-api') as DuckModule
  }

  async #open(): Promise<Instance> {
    const database = await this.#duck.DuckDBInstance.create(':memory:', openingOptions)
    const connection = await database.connect()
    await connection.run(wallIn(this.#settings))
    return new Instance(database, connection)
  }

  /** The waiting instance, walled in and still empty: only for parsing. */
  peek(): Promise<Instance> {
    this.#next ??= this.#open().catch((error: unknown) => {
      this.#next = null
      throw error
    })
    return this.#next
  }

  /** Takes the waiting instance and gives it to `work`; it is closed once the answer is on its way. */
  async use<T>(limits: Limits, work: (instance: Instance) => Promise<T>): Promise<T> {
    const taken = this.peek()
    this.#next = null
    const instance = await taken
    try {
      await instance.connection.run(setLimits(limits))
      return await work(instance)
    } finally {
      setImmediate(() => {
        instance.close()
        this.peek().catch(() => {})
      })
    }
  }
}

function wallIn(settings: ProcessSettings): string {
  const folders = [settings.data, settings.scratch].map((folder) => quoteText(`${folder}/`)).join(', ')
  const nowhere = quoteText(`${settings.scratch}/none`)
  return `
    SET allowed_directories = [${folders}];
    SET temp_directory = ${quoteText(`${settings.scratch}/spill`)};
    ${settings.encryptScratch ? 'SET force_mbedtls_unsafe = true; SET temp_file_encryption = true;' : ''}
    SET TimeZone = 'UTC';
    SET secret_directory = ${nowhere};
    SET extension_directory = ${nowhere};
    SET enable_external_access = false;`
}

/** Configuration cannot be changed after this. */
function setLimits(limits: Limits): string {
  return `
    SET max_temp_directory_size = '${Math.floor(limits.scratchBytes)}B';
    SET memory_limit = '${Math.floor(limits.memoryBytes)}B';
    SET threads = ${Math.max(1, Math.floor(limits.threads))};
    SET lock_configuration = true;`
}
