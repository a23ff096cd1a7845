import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listProcessTree, readTotalMemory } from './processes.ts'
import type { Figure } from './figure.ts'
import { startPlainDuckDb, type PlainDuckDb } from './plain-duckdb.ts'
import { startTestInstallation, type TestInstallation } from '../tools/testing/shell.ts'

const generator = fileURLToPath(new URL('./generate-csv.ts', import.meta.url))
const rounds = 3

function generateCsv(file: string, bytes: number): void {
  execFileSync(process.execPath, [generator, file, String(bytes)])
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

async function timePeer(peer: PlainDuckDb, csv: string, folder: string): Promise<number> {
  const milliseconds = await peer.time([
    `copy (from read_csv('${csv}')) to '${join(folder, 'peer.parquet')}' (format parquet)`,
  ])
  return milliseconds / 1000
}

/** Seconds of the whole command as a person waits for it: from starting the client to a queryable table. */
async function timeUpload(place: TestInstallation, csv: string): Promise<number> {
  const started = performance.now()
  await place.owner.json(['upload', csv, 'bench.orders', '--mode', 'replace'])
  return (performance.now() - started) / 1000
}

/** Seconds of the import job with all ciphertext already there: the data plane is stopped while the file is uploaded. */
async function timeImport(place: TestInstallation, csv: string): Promise<number> {
  const stopped = listProcessTree(place.installation.pids().data ?? 0)
  for (const pid of stopped) process.kill(pid, 'SIGSTOP')
  let job: string
  try {
    const upload = await place.owner.json<{ files: { job: string }[] }>([
      'upload',
      csv,
      'bench.orders',
      '--mode',
      'replace',
      '--no-wait',
    ])
    job = upload.files[0]?.job ?? ''
  } finally {
    for (const pid of stopped) process.kill(pid, 'SIGCONT')
  }
  const started = performance.now()
  await place.owner.json(['jobs', job, '--watch'])
  return (performance.now() - started) / 1000
}

async function measureSpeed(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-bench-'))
  const csv = join(folder, 'orders.csv')
  generateCsv(csv, 1e9)
  const place = await startTestInstallation({}, 'sources')
  const peer = await startPlainDuckDb()
  const times = { peer: [] as number[], upload: [] as number[], import: [] as number[] }
  try {
    await timePeer(peer, csv, folder)
    for (let round = 0; round < rounds; round += 1) {
      times.peer.push(await timePeer(peer, csv, folder))
      times.upload.push(await timeUpload(place, csv))
      times.import.push(await timeImport(place, csv))
    }
  } finally {
    await peer.stop()
    await place.end()
    rmSync(folder, { recursive: true, force: true })
  }
  const seconds = (values: number[]) => median(values).toFixed(2)
  const figure = (name: string, ours: number[], budget: string): Figure => ({
    name,
    value: Number((median(times.peer) / median(ours)).toFixed(3)),
    unit: 'ratio of speeds',
    budget,
    note: `1 GB CSV: ours ${seconds(ours)} s, plain DuckDB ${seconds(times.peer)} s, medians of ${rounds} in turns`,
  })
  return [figure('upload.csv.vs_duckdb', times.upload, '≥ 0.5'), figure('import.csv.vs_duckdb', times.import, '≥ 0.65')]
}

async function peakOfUpload(csv: string): Promise<number> {
  const place = await startTestInstallation({}, 'sources')
  try {
    const { control, data } = place.installation.pids()
    const client = place.owner.start(['upload', csv, 'bench.orders', '--json'])
    client.stdin.end()
    client.stdout.resume()
    client.stderr.resume()
    let peak = 0
    const sample = () => {
      peak = Math.max(peak, readTotalMemory([control ?? 0, data ?? 0, client.pid ?? 0]))
    }
    const timer = setInterval(sample, 100)
    const { promise, resolve } = Promise.withResolvers<number | null>()
    client.once('exit', resolve)
    const code = await promise
    clearInterval(timer)
    if (code !== 0) throw new Error(`The upload ended with ${code}.`)
    return peak
  } finally {
    await place.end()
  }
}

async function measureMemory(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-bench-'))
  try {
    const peaks: number[] = []
    for (const bytes of [2e8, 2e9]) {
      const csv = join(folder, `${bytes}.csv`)
      generateCsv(csv, bytes)
      peaks.push(await peakOfUpload(csv))
      rmSync(csv)
    }
    const [small = Number.NaN, large = Number.NaN] = peaks
    return [
      {
        name: 'upload.memory.ratio',
        value: Number((large / small).toFixed(3)),
        unit: 'ratio',
        budget: '≤ 1.3',
        note: `peak PSS and tmpfs of all processes: ${Math.round(large / 1e6)} MB with 2 GB ÷ ${Math.round(small / 1e6)} MB with 200 MB`,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const benchmarks = {
  'upload.csv.vs_duckdb import.csv.vs_duckdb': measureSpeed,
  'upload.memory.ratio': measureMemory,
}
