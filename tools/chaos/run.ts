/**
 * Kills processes at random moments during uploads, imports and queries, and checks after each kill that nothing
 * acknowledged is lost and nothing is loaded twice; at the end, that the log verifies.
 */
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startTestInstallation, type Shell, type TestInstallation } from '../testing/shell.ts'
import { makeRandom, type Random } from './random.ts'
import { killVictims, victims, type Victim } from './victims.ts'

export type ChaosReport = {
  seed: number
  runs: number
  kills: Record<Victim, number>
  uploads: number
  queries: number
}

type Expected = { rows: number; sum: bigint }

type Upload = { table: string; mode: 'append' | 'replace'; file: string; adds: Expected }

const tables = ['chaos.small', 'chaos.large'] as const
const attempts = 12

/** Runs `runs` rounds. Throws an Error that names the seed, the round and what did not hold. */
export async function runChaos(options: {
  runs: number
  seed: number
  say: (line: string) => void
}): Promise<ChaosReport> {
  const random = makeRandom(options.seed)
  const place = await startTestInstallation({}, 'sources')
  const expected = new Map<string, Expected>()
  const kills = Object.fromEntries(victims.map((victim) => [victim, 0])) as Record<Victim, number>
  const report: ChaosReport = { seed: options.seed, runs: options.runs, kills, uploads: 0, queries: 0 }
  try {
    for (let round = 1; round <= options.runs; round += 1) {
      const victim = random.pick(victims)
      const query = expected.size > 0 && random.below(4) === 0
      options.say(`round ${round}: ${query ? 'query' : 'upload'}, kill ${victim}`)
      await (
        query ? disturbQuery(place, random, victim, expected) : disturbUpload(place, random, victim, expected)
      ).catch((error: unknown) => {
        throw new Error(`seed ${options.seed}, round ${round}, victim ${victim}: ${describe(error)}`, { cause: error })
      })
      kills[victim] += 1
      report[query ? 'queries' : 'uploads'] += 1
    }
    await checkLog(place.owner)
    return report
  } catch (error) {
    throw new Error(`${describe(error)}\n${place.log.slice(-40).join('\n')}`, { cause: error })
  } finally {
    await place.end()
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function makeUpload(place: TestInstallation, random: Random): Upload {
  const table = random.pick(tables)
  const rows = table === 'chaos.small' ? 1 + random.below(2_000) : 200_000 + random.below(200_000)
  const first = random.below(1_000_000)
  const lines = ['id,label']
  let sum = 0n
  for (let row = 0; row < rows; row += 1) {
    const id = first + row
    sum += BigInt(id)
    lines.push(`${id},"label ${id % 97}, row ${row}"`)
  }
  mkdirSync(join(place.folder, 'files'), { recursive: true })
  const file = join(place.folder, 'files', `${random.below(1e9)}.csv`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return { table, mode: random.below(3) === 0 ? 'replace' : 'append', file, adds: { rows, sum } }
}

async function disturbUpload(
  place: TestInstallation,
  random: Random,
  victim: Victim,
  expected: Map<string, Expected>,
): Promise<void> {
  const upload = makeUpload(place, random)
  const before = expected.get(upload.table) ?? { rows: 0, sum: 0n }
  const after =
    upload.mode === 'replace'
      ? upload.adds
      : { rows: before.rows + upload.adds.rows, sum: before.sum + upload.adds.sum }
  const args = ['upload', upload.file, upload.table, '--mode', upload.mode, '--allow-shrink', '--json']
  let acknowledged = await runDisturbed(place.owner, args, victim, random)
  for (let attempt = 0; !acknowledged && attempt < attempts; attempt += 1) {
    // A killed client that had nothing left in its journal either never began or was done.
    if (!hasJournal(place.owner) && sameTable(await readTable(place.owner, upload.table), after)) break
    acknowledged = (await place.owner.run(args)).code === 0
    if (!acknowledged) await wait(500)
  }
  const found = await readTable(place.owner, upload.table)
  if (!sameTable(found, after)) {
    throw new Error(
      `${upload.mode} to ${upload.table} gave ${show(found)} instead of ${show(after)} (before: ${show(before)})`,
    )
  }
  expected.set(upload.table, after)
}

async function disturbQuery(
  place: TestInstallation,
  random: Random,
  victim: Victim,
  expected: Map<string, Expected>,
): Promise<void> {
  const table = random.pick([...expected.keys()])
  await runDisturbed(place.owner, ['query', sumQuery(table), '--format', 'csv', '--no-cache'], victim, random)
  const found = await readTable(place.owner, table)
  const wanted = expected.get(table) ?? { rows: 0, sum: 0n }
  if (!sameTable(found, wanted)) throw new Error(`${table} has ${show(found)} instead of ${show(wanted)}`)
}

/** Runs a command, kills the victim at a random moment of it, and says whether the command was acknowledged all the same. */
async function runDisturbed(shell: Shell, args: string[], victim: Victim, random: Random): Promise<boolean> {
  const child = shell.start(args)
  child.stdin.end()
  child.stdout.resume()
  child.stderr.resume()
  const ended = once(child, 'exit') as Promise<[number | null]>
  const delay = 50 + random.below(victim === 'engine' || victim === 'project' ? 2_500 : 1_800)
  await Promise.race([ended, wait(delay)])
  if (victim === 'client') child.kill('SIGKILL')
  else killVictims(victim)
  const [code] = await ended
  return code === 0
}

function hasJournal(shell: Shell): boolean {
  const folder = join(shell.home, 'journals')
  return existsSync(folder) && readdirSync(folder).length > 0
}

function sumQuery(table: string): string {
  return `select count(*) as n, coalesce(sum(id), 0) as total from ${table}`
}

/** The table as a query sees it; a table that nothing was loaded into has no rows. */
async function readTable(shell: Shell, table: string): Promise<Expected> {
  let last = ''
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const result = await shell.run(['query', sumQuery(table), '--format', 'csv', '--no-cache'])
    if (result.code === 0) {
      const [rows, sum] = (result.stdout.trim().split(/\r?\n/)[1] ?? '').split(',')
      return { rows: Number(rows), sum: BigInt(sum ?? '0') }
    }
    last = result.stderr
    if (/unknown_table/.test(last)) return { rows: 0, sum: 0n }
    await wait(500)
  }
  throw new Error(`${table} cannot be read: ${last}`)
}

function sameTable(a: Expected, b: Expected): boolean {
  return a.rows === b.rows && a.sum === b.sum
}

function show({ rows, sum }: Expected): string {
  return `${rows} rows with sum ${sum}`
}

async function checkLog(shell: Shell): Promise<void> {
  const result = await shell.run(['audit', 'verify'])
  if (result.code !== 0) throw new Error(`the log does not verify: ${result.stderr}${result.stdout}`)
}
