/**
 * The doors to the control database. `withTenant` is the one to tenants' tables; `readTenant` is the same for reads that
 * may share a transaction; `lookUp` asks the few questions that come before a tenant is known, and gets ids only. Whose
 * a secret is, is not among them: that is asked of the authorising process.
 */
import type { ServerAddress } from './server-address.ts'
import type { Log } from '../log.ts'
import { openPool } from './pool.ts'
import { createSharedReads } from './reads.ts'
import { runTransaction, type Begin, type Transaction } from './transaction.ts'

type TenantContext = { readonly organisation: string }
export type Found = { readonly organisation: string; readonly id: string }

export type Database = {
  /** One transaction of one organisation; commits when `work` returns, rolls back when it throws. */
  readonly withTenant: <T>(context: TenantContext, work: (transaction: Transaction) => Promise<T>) => Promise<T>
  /** A read that may share a transaction with others of the same organisation; `work` must be repeatable. */
  readonly readTenant: <T>(context: TenantContext, work: (transaction: Transaction) => Promise<T>) => Promise<T>
  readonly lookUp: LookUps
  readonly close: () => Promise<void>
}

type LookUps = {
  /** The organisation that has proven a domain, named in lower case. */
  readonly domain: (domain: string) => Promise<Found | undefined>
  readonly dataPlane: (id: string) => Promise<Found | undefined>
  /** Accounts with this e-mail address, by its keyed hash, that a password opens; at most ten. */
  readonly people: (emailLookup: Uint8Array) => Promise<Found[]>
  readonly organisations: () => Promise<{ organisation: string; state: 'unclaimed' | 'active' }[]>
  /** Organisations with committed entries that are not in the tree yet. */
  readonly waitingLedgers: () => Promise<string[]>
  /** Organisations that operators let nobody of in. */
  readonly suspended: () => Promise<string[]>
}

const setTenant = "SELECT set_config('app.organisation', $1, true)"

/** Opens the doors as the application role. */
export function openDatabase(connection: ServerAddress, log: Log, connections = 16): Database {
  const pool = openPool(connection, log, connections)

  async function run<T>(opening: string, begin: Begin | undefined, work: (t: Transaction) => Promise<T>): Promise<T> {
    const client = await pool.acquire()
    let broken: Error | undefined
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      return await runTransaction(client, opening, begin, work)
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }
  const tenant = (organisation: string): Begin => ({ name: 'tenant', text: setTenant, values: [organisation] })
  const shared = createSharedReads((organisation, work) => run('BEGIN READ ONLY', tenant(organisation), work))
  return {
    withTenant: ({ organisation }, work) => run('BEGIN', tenant(organisation), work),
    readTenant: ({ organisation }, work) => shared(organisation, work),
    lookUp: createLookUps((text, value) =>
      run('BEGIN READ ONLY', undefined, (transaction) =>
        transaction.prepared(text.slice(14, 40), text, value === undefined ? [] : [value]),
      ),
    ),
    close: () => pool.close(),
  }
}

type Ask = (text: string, value?: Uint8Array | string) => Promise<object[]>

function createLookUps(ask: Ask): LookUps {
  const listIds = async (text: string) =>
    ((await ask(text)) as { organisation: string }[]).map((row) => row.organisation)
  return {
    domain: async (name) => (await ask('SELECT * FROM find_domain($1)', name))[0] as Found | undefined,
    dataPlane: async (id) => (await ask('SELECT * FROM find_data_plane($1)', id))[0] as Found | undefined,
    people: async (value) => (await ask('SELECT * FROM find_people($1)', value)) as Found[],
    organisations: async () =>
      (await ask('SELECT * FROM list_organisations()')) as { organisation: string; state: 'unclaimed' | 'active' }[],
    waitingLedgers: () => listIds('SELECT * FROM list_waiting_ledgers()'),
    suspended: () => listIds('SELECT * FROM list_suspended()'),
  }
}
