/** The private pool of the application role. Nothing outside this folder gets a connection. */
import { Pool as ConnectionPool, type PoolClient } from 'pg'
import type { ServerAddress } from './server-address.ts'
import type { Log } from '../log.ts'
import { failDatabase } from './errors.ts'
import { valueTypes } from './types.ts'

export type Pool = {
  /** A connection that pipelines: queries may be sent without waiting for the ones before. */
  readonly acquire: () => Promise<PoolClient>
  readonly close: () => Promise<void>
}

/** Opens a pool. Connections are made on demand and closed after half a minute of idling. */
export function openPool(connection: ServerAddress, log: Log, max: number): Pool {
  const pool = new ConnectionPool({
    ...connection,
    application_name: 'keyhold control',
    max,
    min: 1,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    allowExitOnIdle: true,
    pipeline: true,
    types: valueTypes,
    options: '-c TimeZone=UTC -c DateStyle=ISO -c statement_timeout=30s -c lock_timeout=10s',
  })
  // An idle connection that the server closed; the pool replaces it by itself.
  pool.on('error', (error) => log.warn('database.connection_lost', { error: error.name }))
  return {
    acquire: () =>
      pool.connect().catch((cause: unknown) => Promise.reject(failDatabase('database.unreachable', { cause }))),
    close: () => pool.end(),
  }
}
