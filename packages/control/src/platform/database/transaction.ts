/** A transaction on one pipelining connection: statements may be sent without waiting for the ones before. */
import type { Writable } from 'node:stream'
import type { CompiledQuery } from 'kysely'
import type { PoolClient, QueryResultRow } from 'pg'
import { failDatabase } from './errors.ts'

/** Anything of Kysely's that compiles; its rows have the type O. */
type Buildable<O> = { compile(): CompiledQuery<O> }

/** What a transaction can do. Valid only while the function that got it runs. */
export type Transaction = {
  /** All rows of a built query. */
  readonly rows: <O>(query: Buildable<O>) => Promise<O[]>
  /** The first row, or undefined. */
  readonly first: <O>(query: Buildable<O>) => Promise<O | undefined>
  /** How many rows a change touched. */
  readonly change: <O>(query: Buildable<O>) => Promise<number>
  /** A hot statement, prepared once a connection under its name. A Buffer for a `…[]` parameter is its binary form. */
  readonly prepared: <R extends QueryResultRow>(name: string, text: string, values: readonly unknown[]) => Promise<R[]>
  /** Plain SQL with parameters, for what Kysely cannot say. */
  readonly sql: <R extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<R[]>
  /** Runs `after` once the transaction has committed. */
  readonly onCommit: (after: () => void) => void
}

export type Begin = { readonly text: string; readonly name: string; readonly values: readonly unknown[] }

/**
 * Runs `work` between BEGIN and COMMIT. `begin` is sent with BEGIN in one go. Rolls back when `work` throws.
 *
 * @throws `database.rolled_back` when the database ended the transaction though `work` did not throw
 */
export async function runTransaction<T>(
  client: PoolClient,
  opening: string,
  begin: Begin | undefined,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const committed: (() => void)[] = []
  sendTogether(client)
  const started = [client.query(opening), begin && client.query({ ...begin, values: [...begin.values] })]
  let result: T
  try {
    const working = work(createTransaction(client, committed))
    // Both are awaited: a failed BEGIN must not go unheard while the work's statements wait behind it.
    await Promise.all([...started, working.catch(() => {})])
    result = await working
  } catch (error) {
    // A lost connection cannot roll back and need not: the database has done so.
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
  const { command } = await client.query('COMMIT')
  if (command !== 'COMMIT') throw failDatabase('database.rolled_back')
  for (const after of committed) after()
  return result
}

/** What is sent in this turn of the event loop leaves in one write, however many statements it is. */
function sendTogether(client: PoolClient): void {
  const { stream } = (client as PoolClient & { readonly connection: { readonly stream: Writable } }).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}

function createTransaction(client: PoolClient, committed: (() => void)[]): Transaction {
  const run = <O>(query: Buildable<O>) => {
    const { sql, parameters } = query.compile()
    return client.query<QueryResultRow>(sql, [...parameters])
  }
  return {
    rows: async <O>(query: Buildable<O>) => (await run(query)).rows as O[],
    first: async <O>(query: Buildable<O>) => (await run(query)).rows[0] as O | undefined,
    change: async (query) => (await run(query)).rowCount ?? 0,
    prepared: async <R extends QueryResultRow>(name: string, text: string, values: readonly unknown[]) =>
      (await client.query<R>({ name, text, values: [...values] })).rows,
    sql: async <R extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await client.query<R>(text, [...values])).rows,
    onCommit: (after) => void committed.push(after),
  }
}
