/**
 * The embedded PostgreSQL and its supervision: made on first use, leftovers of a killed run ended, started again when
 * it dies, stopped by a fast shutdown. Its own session keeps Ctrl-C of the terminal from it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ServerAddress } from '../database/server-address.ts'
import type { Log } from '../log.ts'
import { type LogFile, openLogFile } from '../log-file.ts'
import { ensureSecret } from '../secret-file.ts'
import { findPostgresBinaries } from './binaries.ts'
import { ensureCluster } from './cluster.ts'
import { failPostgres } from './errors.ts'
import { type Launch, type LaunchCommand, chooseLaunch } from './launch.ts'
import { endLeftovers } from './leftovers.ts'
import { postgresArguments } from './settings.ts'
import { makeSocketFolder } from './socket-folder.ts'

export type EmbeddedPostgres = {
  /** The role that may create roles and databases. */
  readonly admin: ServerAddress
  readonly launch: Launch['kind']
  /** Process id of the postmaster now running. */
  readonly pid: () => number | undefined
  /** Fast shutdown: sessions are ended, data is flushed. Resolves when the process is gone. */
  readonly stop: () => Promise<void>
}

export type PostgresOptions = {
  readonly home: string
  readonly log: Log
  /** Told in plain words what the first start is doing. */
  readonly onProgress?: (step: string) => void
  readonly launch?: Launch
  /** For tests: PostgreSQL settings that differ from the usual. */
  readonly settings?: Readonly<Record<string, string>>
}

const readyLine = 'database system is ready to accept connections'
const startLimit = 60_000
const stopLimit = 10_000
const longestPause = 5_000

/**
 * Starts the embedded PostgreSQL of `<home>/control/postgres`.
 *
 * @throws `postgres.unsupported_machine`, `postgres.cannot_drop_root`, `postgres.start_failed`,
 *   `postgres.version_changed`
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const control = join(resolve(options.home), 'control')
  const folder = join(control, 'postgres')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const binaries = await findPostgresBinaries()
  const launch = options.launch ?? chooseLaunch(binaries.postgres, folder)
  const sockets = makeSocketFolder(options.home)
  launch.give('run', sockets)
  const password = ensureSecret(join(control, 'keys', 'postgres-admin')).toString('base64url')
  const sync = options.settings?.['fsync'] !== 'off'
  await ensureCluster({ initdb: binaries.initdb, folder, password, launch, sync, onProgress: options.onProgress })
  await endLeftovers(folder)
  const output = openLogFile(join(control, 'logs'), 'postgres')
  const command = launch.command('run', binaries.postgres, postgresArguments(folder, sockets, options.settings ?? {}))
  const server = await superviseServer({ folder, command, output, log: options.log })
  const admin = { host: sockets, port: 5432, user: 'keyhold_admin', password, database: 'postgres' }
  return { admin, launch: launch.kind, ...server }
}

type Supervision = {
  readonly folder: string
  readonly command: LaunchCommand
  readonly output: LogFile
  readonly log: Log
}

async function superviseServer(setting: Supervision): Promise<Pick<EmbeddedPostgres, 'pid' | 'stop'>> {
  const state = { stopping: false }
  let child = await startServer(setting)
  const watching = watch()

  async function watch(): Promise<void> {
    let pause = 50
    while (!state.stopping) {
      const livedSince = Date.now()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      if (state.stopping) return
      setting.log.error('postgres.died', { exitCode: child.exitCode, signal: child.signalCode })
      if (Date.now() - livedSince > 60_000) pause = 50
      const next = await restart(pause)
      if (next) {
        child = next
        setting.log.info('postgres.restarted', { pid: next.pid })
      }
      pause = Math.min(pause * 2, longestPause)
    }
  }
  async function restart(pause: number): Promise<ChildProcess | undefined> {
    await delay(pause)
    await endLeftovers(setting.folder)
    if (state.stopping) return undefined
    try {
      return await startServer(setting)
    } catch (cause) {
      setting.log.error('postgres.restart_failed', {}, cause)
      return undefined
    }
  }
  async function stop(): Promise<void> {
    state.stopping = true
    child.kill('SIGINT')
    const force = setTimeout(() => child.kill('SIGQUIT'), stopLimit)
    await watching
    clearTimeout(force)
    await endLeftovers(setting.folder)
    setting.output.close()
  }
  return { pid: () => child.pid, stop }
}

/** Starts the postmaster once and waits until it says that it is ready, crash recovery included. */
async function startServer(setting: Supervision): Promise<ChildProcess> {
  const { file, args, ids } = setting.command
  const child = spawn(file, args, {
    ...ids,
    cwd: '/',
    // Its own session: Ctrl-C must not stop the database before the server that still answers with it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
  })
  const ready = new Promise<boolean>((settle) => {
    child.once('error', () => settle(false))
    child.once('exit', () => settle(false))
    createInterface({ input: child.stderr }).on('line', (line) => {
      setting.output.write(`${line}\n`)
      if (line.includes(readyLine)) settle(true)
    })
  })
  const timeout = setTimeout(() => child.kill('SIGQUIT'), startLimit)
  const started = await ready
  clearTimeout(timeout)
  if (started) return child
  setting.output.flush()
  throw failPostgres('postgres.start_failed')
}
