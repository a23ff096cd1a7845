/** Makes the data folder on the first start; a half-made one is thrown away, as nothing was ever stored in it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from '../secret-file.ts'
import { failPostgres } from './errors.ts'
import type { Launch } from './launch.ts'

/** The major version of the installed programs; a data folder of another one cannot be opened by them. */
const majorVersion = '18'
const doneName = 'keyhold-complete'

export type ClusterOptions = {
  readonly initdb: string
  readonly folder: string
  readonly password: string
  readonly launch: Launch
  /** False leaves writing the new files to disk to the system; for tests. */
  readonly sync: boolean
  readonly onProgress: ((step: string) => void) | undefined
}

/**
 * Runs `initdb` if the folder has no finished cluster.
 *
 * @throws `postgres.version_changed`, `postgres.start_failed`
 */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { folder, launch } = options
  if (existsSync(join(folder, doneName))) return checkVersion(folder)
  options.onProgress?.('Making the database (once)')
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const passwordFile = `${folder}-first-password`
  writePrivateFile(passwordFile, `${options.password}\n`)
  launch.give('init', passwordFile)
  launch.give('init', folder)
  try {
    await runInitdb(options, passwordFile)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  writePrivateFile(join(folder, doneName), '')
  launch.give('run', folder)
}

async function runInitdb({ initdb, folder, launch, sync }: ClusterOptions, passwordFile: string): Promise<void> {
  const { file, args, ids } = launch.command('init', initdb, [
    `--pgdata=${folder}`,
    '--username=keyhold_admin',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
    ...(sync ? [] : ['--no-sync']),
  ])
  const child = spawn(file, args, {
    ...ids,
    cwd: '/',
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
  })
  const code = await once(child, 'exit').then(
    ([exitCode]) => exitCode as number | null,
    () => null,
  )
  if (code !== 0) throw failPostgres('postgres.start_failed')
}

function checkVersion(folder: string): void {
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (version !== majorVersion) throw failPostgres('postgres.version_changed')
}
