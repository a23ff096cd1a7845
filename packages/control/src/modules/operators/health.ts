/** How the installation is, and which versions run: figures of the platform itself. */
import { statfs } from 'node:fs/promises'
import type { CallOutput } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { readMaintenance } from './maintenance.ts'
import { listOrganisations } from './organisations.ts'
import { installation, type OperatorSetting } from './setting.ts'

type Health = CallOutput<'readInstallationHealth'>
type Versions = CallOutput<'readVersions'>

export async function readHealth(setting: OperatorSetting): Promise<Health> {
  const { database, folder, now, version, mailKind } = setting
  const { bsize, bavail, blocks } = await statfs(folder)
  return database.withTenant(installation, async (tx) => {
    const organisations = await listOrganisations(setting, tx)
    const sum = (pick: (one: (typeof organisations)[number]) => number) =>
      organisations.reduce((total, one) => total + pick(one), 0)
    const time = now()
    return {
      time: time.toISOString(),
      version,
      process: {
        started: new Date(time.getTime() - Math.round(process.uptime() * 1000)).toISOString(),
        memoryBytes: process.memoryUsage.rss(),
      },
      database: await readDatabase(tx),
      disk: { freeBytes: bsize * bavail, totalBytes: bsize * blocks },
      organisations: {
        all: organisations.length,
        suspended: sum(({ suspended }) => (suspended === null ? 0 : 1)),
        connected: sum(({ dataPlane }) => (dataPlane === 'connected' ? 1 : 0)),
      },
      jobs: { queued: sum(({ jobsQueued }) => jobsQueued), running: sum(({ jobsRunning }) => jobsRunning) },
      ledger: await readLedger(tx),
      mail: mailKind,
      mails: await readMails(tx),
    }
  })
}

async function readDatabase(tx: Transaction): Promise<Health['database']> {
  const [row] = await tx.sql<Health['database']>(
    `SELECT pg_database_size(current_database()) AS bytes,
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections`,
  )
  return row ?? { bytes: 0, connections: 0 }
}

async function readLedger(tx: Transaction): Promise<Health['ledger']> {
  const [row] = await tx.sql<Health['ledger']>(
    `SELECT coalesce((SELECT size FROM ledger_checkpoints WHERE organisation = $1), 0) AS size,
       count_waiting_entries() AS waiting`,
    [installation.organisation],
  )
  return row ?? { size: 0, waiting: 0 }
}

async function readMails(tx: Transaction): Promise<Health['mails']> {
  const [row] = await tx.sql<Health['mails']>('SELECT waiting, oldest FROM count_waiting_mails()')
  return row ?? { waiting: 0, oldest: null }
}

export async function readVersions({ database, version, now }: OperatorSetting): Promise<Versions> {
  const read = database.withTenant(installation, async (tx) => ({
    server: await tx.sql<{ version: string }>("SELECT current_setting('server_version') AS version"),
    migrations: await tx.sql<Versions['migrations'][number]>('SELECT name, applied FROM list_migrations()'),
  }))
  const { server, migrations } = await read
  return {
    keyhold: version,
    node: process.versions.node,
    postgres: server[0]?.version ?? '',
    migrations,
    maintenance: await readMaintenance(database, now()),
  }
}
