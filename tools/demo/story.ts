import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withClient } from '@keyhold/cli/client'
import { startInstallation, type Installation } from '../installation/installation.ts'
import { readHoldings, searchHoldings } from '../scan/holdings.ts'
import { samples } from '../samples.ts'
import { Shell } from '../testing/shell.ts'
import { hold, type Narrator } from './narrator.ts'
import { chosenValues, makeUnsealedCopy } from './planted.ts'
import { moveSealedFile } from './move-sealed-file.ts'

const joinSql = `select a.city, a.state, count(*) as flights, round(avg(f.delay), 1) as mean_delay
from air.flights f join air.airports a on f.origin = a.iata
where a.name <> 'Nowhere at all' group by all order by flights desc, a.city limit 5`

type LoadedFile = { rows: number; sourceLength: number; totalSeconds: number }

/** Tells the whole story; throws at the first thing that does not hold. */
export async function tellStory(narrator: Narrator, folder: string): Promise<void> {
  const home = join(folder, 'home')
  const log: string[] = []
  const onLog = (program: string, line: string) => log.push(`${program}: ${line}`)
  let installation = await narrator.step('Start both planes and a PostgreSQL of their own', async () => {
    const started = performance.now()
    const running = await startInstallation({
      home,
      port: 0,
      onLog: (program, line) => log.push(`${program}: ${line}`),
    })
    narrator.say(`${running.url}, custody ${running.custody}, query processes: ${running.isolation}`)
    narrator.record('startSeconds', Number(((performance.now() - started) / 1000).toFixed(2)))
    return running
  })
  const shell = new Shell(join(folder, 'shell'), { KEYHOLD_PASSWORD: 'a long password of the demo' })
  try {
    await setUp(narrator, shell, installation)
    await load(narrator, shell)
    await ask(narrator, shell)
    await showHoldings(narrator, shell, home, folder)
    await compareTemperatures(narrator, shell)
    await verifyLog(narrator, shell, folder)
    await narrator.step('Move a sealed file to another table', () =>
      moveSealedFile(narrator, shell, home, folder, async () => {
        await installation.stop()
        installation = await startInstallation({ home, port: Number(new URL(installation.url).port), onLog })
      }),
    )
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${log.slice(-15).join('\n')}`, {
      cause: error,
    })
  } finally {
    await narrator.step('Stop', () => installation.stop())
  }
}

async function setUp(narrator: Narrator, shell: Shell, installation: Installation): Promise<void> {
  await narrator.step('Set up organisation and project with the one-time link of the data plane', async () => {
    hold(installation.setupLink !== null, 'a fresh data plane prints a set-up link')
    const flags = ['--email', 'owner@example.org', '--organisation', 'Demo', '--project', 'Air']
    await shell.json(['setup', installation.setupLink, ...flags])
    const again = await shell.run(['setup', installation.setupLink, ...flags])
    hold(again.code !== 0, 'the link works only once')
    narrator.say('owner, organisation, project and keys made; the link is used up')
  })
}

async function load(narrator: Narrator, shell: Shell): Promise<void> {
  const files = [
    { path: samples.flights, table: 'air.flights' },
    { path: samples.airports, table: 'air.airports' },
    { path: samples.strikes, table: 'air.strikes' },
  ]
  for (const { path, table } of files) {
    await narrator.step(`Seal and upload ${table} (${(statSync(path).size / 1e6).toFixed(1)} MB)`, async () => {
      const result = await shell.json<{ files: LoadedFile[] }>(['upload', path, table])
      const file = result.files[0]
      hold(file !== undefined && file.rows > 0, 'rows were loaded')
      const rate = (file.sourceLength / 1e6 / file.totalSeconds).toFixed(1)
      narrator.say(
        `${file.rows.toLocaleString('en')} rows queryable after ${file.totalSeconds.toFixed(2)} s (${rate} MB/s)`,
      )
      narrator.record(`${table}.rows`, file.rows)
      narrator.record(`${table}.seconds`, Number(file.totalSeconds.toFixed(2)))
    })
  }
}

async function ask(narrator: Narrator, shell: Shell): Promise<void> {
  await narrator.step('Query and join', async () => {
    const count = await shell.run(['query', 'select count(*) as n from air.flights', '--format', 'csv'])
    hold(
      count.stdout.trim().endsWith('3000000'),
      `all three million flights are there (${count.stdout}${count.stderr})`,
    )
    const result = await shell.run(['query', joinSql, '--format', 'table'])
    hold(result.code === 0, `the join answers (${result.stderr})`)
    for (const line of result.stdout.trimEnd().split('\n')) narrator.say(line)
  })
}

async function showHoldings(narrator: Narrator, shell: Shell, home: string, folder: string): Promise<void> {
  await narrator.step('What the operator holds', async () => {
    const view = await shell.json<{ rows: Record<string, unknown[]>; objects: { length: number }[] }>([
      'operator-view',
      'air.airports',
    ])
    const kinds = Object.entries(view.rows).map(([name, rows]) => `${name}: ${rows.length}`)
    narrator.say(`for air.airports: ${kinds.join(', ')}; ${view.objects.length} sealed object(s)`)
    const values = [...chosenValues, joinSql, 'Nowhere at all']
    const copy = await makeUnsealedCopy({ csv: [samples.airports, samples.strikes], folder })
    const seen = new Set((await searchHoldings(copy, chosenValues)).map((finding) => finding.value))
    hold(seen.size === chosenValues.length, `the search finds all ten values in an unsealed copy (found ${seen.size})`)
    const holdings = await readHoldings(home)
    const found = await searchHoldings(holdings, values)
    const bytes = holdings.reduce((sum, { bytes }) => sum + bytes.length, 0)
    const places = found.map(({ value, place }) => `"${value}" in ${place}`).join('; ')
    hold(found.length === 0, `none of the values and no SQL is in database, objects or logs (${places})`)
    narrator.say(`the search found all ten values in an unsealed copy, and none of them, nor the SQL, in`)
    narrator.say(`${holdings.length} pieces (${(bytes / 1e6).toFixed(0)} MB) of database, objects and logs`)
    narrator.record('searchedBytes', bytes)
  })
}

async function compareTemperatures(narrator: Narrator, shell: Shell): Promise<void> {
  await narrator.step('The same query cold, warm and cached', async () => {
    const sql = 'select origin, count(*) as n, avg(delay) as d from air.flights group by origin order by n desc limit 3'
    const [cold, warm, , cached] = await withClient(shell.home, async ({ dataPlane }) => {
      const results: { milliseconds: number; cached: boolean }[] = []
      for (const cache of ['off', 'off', 'on', 'on']) {
        const started = performance.now()
        const answer = await dataPlane.ask('query', { sql, cache })
        for await (const piece of answer.stream()) void piece
        results.push({ milliseconds: performance.now() - started, cached: answer.meta.cached })
        await answer.close()
      }
      return results
    })
    hold(cold !== undefined && warm !== undefined && cached !== undefined, 'all queries are answered')
    hold(cached.cached, 'the second of two equal queries comes from the cache')
    for (const [name, result] of Object.entries({ first: cold, warm, cached })) {
      narrator.say(`${name.padEnd(7)} ${result.milliseconds.toFixed(0)} ms from request to opened result`)
      narrator.record(`query.${name}_ms`, Math.round(result.milliseconds))
    }
  })
}

async function verifyLog(narrator: Narrator, shell: Shell, folder: string): Promise<void> {
  const file = join(folder, 'log.ndjson')
  await narrator.step('Verify the log offline', async () => {
    hold((await shell.run(['audit', 'export', file])).code === 0, 'the log can be exported')
    const verified = await shell.json<{ ok: boolean; size: number }>(['audit', 'verify', file])
    hold(verified.ok, 'the exported log verifies')
    narrator.say(`${verified.size} entries, every commitment and the root recomputed`)
    narrator.record('logEntries', verified.size)
  })
  await narrator.step('Alter one entry and let the verifier name it', async () => {
    const { altered, index } = alterOneEntry(readFileSync(file, 'utf8'))
    const forged = join(folder, 'forged.ndjson')
    writeFileSync(forged, altered)
    const result = await shell.run(['audit', 'verify', forged])
    hold(result.code === 2 || result.code === 1, 'the altered log is refused')
    hold(result.stderr.includes(String(index)), `the verifier names entry ${index} (${result.stderr.trim()})`)
    narrator.say(result.stderr.trim().split('\n')[0] ?? '')
  })
}

/** Changes the outcome that one entry in the middle of the log records. */
function alterOneEntry(text: string): { altered: string; index: number } {
  const lines = text.split('\n')
  const entries = lines.flatMap((line, at) => (line.includes('\\"outcome\\":\\"success\\"') ? [at] : []))
  const at = entries[Math.floor(entries.length / 2)]
  hold(at !== undefined, 'the log has entries')
  const index = (JSON.parse(lines[at] ?? '') as { index: number }).index
  lines[at] = (lines[at] ?? '').replace('\\"outcome\\":\\"success\\"', '\\"outcome\\":\\"failure\\"')
  return { altered: lines.join('\n'), index }
}
