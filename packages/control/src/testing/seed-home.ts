/**
 * A stopped PostgreSQL cluster with roles and migrated database, as the first start of a control plane leaves it. It is
 * made once for each state of the sources and kept beside the compiled modules; a test's home begins with a copy. What
 * the first start itself does is tested on homes without it.
 */
import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate } from '../platform/database/migrate.ts'
import { connectAs, ensureRoles } from '../platform/database/roles.ts'
import { silentLog } from '../platform/log.ts'
import { findPostgresBinaries } from '../platform/postgres/binaries.ts'
import { startPostgres } from '../platform/postgres/supervisor.ts'

/** The database that the control plane uses of its embedded server, and that tests clone. */
export const seededDatabase = 'keyhold'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const cache = here('../../../../node_modules/.cache/keyhold-postgres')
const sources = ['../platform/postgres', '../platform/database', '../../migrations', '.'].map(here)
const kept = ['keys', 'postgres'] as const
const day = 86_400_000

/** Puts cluster and roles' passwords into a home that has none. */
export async function seedHome(home: string): Promise<void> {
  const seed = join(cache, await digestSeed())
  if (!existsSync(seed)) await makeSeed(seed)
  utimesSync(seed, new Date(), new Date())
  mkdirSync(join(home, 'control'), { recursive: true, mode: 0o700 })
  for (const name of kept) cpSync(join(seed, name), join(home, 'control', name), { recursive: true })
}

/** Names all that decides what is in a seed: sources, migrations, PostgreSQL's programs, machine and user. */
async function digestSeed(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.getuid?.()}`)
  for (const binary of Object.values(await findPostgresBinaries())) {
    const { size, mtimeMs } = statSync(binary)
    hash.update(`${binary} ${size} ${mtimeMs}`)
  }
  for (const folder of sources) {
    const names = readdirSync(folder).filter((name) => /\.(ts|sql)$/.test(name) && !name.includes('.test.'))
    for (const name of names.sort())
      hash
        .update(`${name}\0`)
        .update(readFileSync(join(folder, name)))
        .update('\0')
  }
  return hash.digest('hex').slice(0, 32)
}

/** Two runs may make it at once: each writes a folder of its own, and the first that is whole gets the name. */
async function makeSeed(seed: string): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'keyhold-seed-'))
  const half = `${seed}.${randomUUID()}`
  try {
    await fillCluster(home)
    mkdirSync(half, { recursive: true, mode: 0o700 })
    for (const name of kept) cpSync(join(home, 'control', name), join(half, name), { recursive: true })
    // It outlives the machine's next crash, so it must be on disk before it has its name.
    spawnSync('sync')
    renameSync(half, seed)
  } catch (error) {
    if (!existsSync(seed)) throw error
  } finally {
    rmSync(home, { recursive: true, force: true })
    rmSync(half, { recursive: true, force: true })
  }
  removeUnused()
}

async function fillCluster(home: string): Promise<void> {
  const server = await startPostgres({ home, log: silentLog, settings: { fsync: 'off', full_page_writes: 'off' } })
  // A process that dies leaves no server behind.
  const kill = () => void process.kill(server.pid() as number, 'SIGQUIT')
  process.once('exit', kill)
  try {
    const keys = join(home, 'control', 'keys')
    await ensureRoles(server.admin, seededDatabase, keys)
    await migrate(connectAs(server.admin, seededDatabase, 'keyhold_owner', keys))
  } finally {
    process.off('exit', kill)
    await server.stop()
  }
}

/** Seeds of other states of the sources, and halves that were never finished, once nobody has used them for a day. */
function removeUnused(): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name)
    if (Date.now() - statSync(path).mtimeMs > day) rmSync(path, { recursive: true, force: true })
  }
}
