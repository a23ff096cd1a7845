/** Import of parts alone, without decryption, beside plain DuckDB turning the same file into Parquet. */
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import {
  EnginePool,
  openWorkFolder,
  RecordCutter,
  type ImportPart,
  type ImportResult,
} from '../packages/data/src/engine/index.ts'
import type { Figure } from './figure.ts'
import { writeCsv } from './generate-csv.ts'
import { startPlainDuckDb } from './plain-duckdb.ts'

const chunkBytes = 256 << 10
const rounds = 3

/** Cuts a file into part files as an upload's plaintext is cut; the next part is written while one is parsed. */
export async function* cutFile(path: string, folder: string, partBytes: number): AsyncGenerator<ImportPart> {
  const cutter = new RecordCutter({ quote: '"' })
  let count = 0
  let linesBefore = 0
  let name = `${folder}/cut-${count}`
  let file = await open(name, 'w', 0o600)
  let bytes = 0
  for await (const data of createReadStream(path, { highWaterMark: chunkBytes })) {
    const chunk = data as Buffer
    const cut = cutter.push(chunk)
    const isFull = cut > 0 && bytes + cut >= partBytes
    await file.write(isFull ? chunk.subarray(0, cut) : chunk)
    bytes += chunk.length
    if (!isFull) continue
    await file.close()
    yield { path: name, seen: { lines: cutter.linesAtCut - linesBefore, nulAt: null } }
    linesBefore = cutter.linesAtCut
    count += 1
    name = `${folder}/cut-${count}`
    file = await open(name, 'w', 0o600)
    bytes = chunk.length - cut
    await file.write(chunk.subarray(cut))
  }
  cutter.finish()
  await file.close()
  if (bytes > 0) yield { path: name, seen: { lines: cutter.lines - linesBefore, nulAt: null } }
}

async function importOnce(pool: EnginePool, path: string, folder: string, partBytes: number): Promise<ImportResult> {
  const lease = await pool.acquire(`import ${Math.random()}`)
  const limits = { memoryBytes: 1 << 30, threads: 2, timeMs: 600_000, resultBytes: 2 ** 31, scratchBytes: 0 }
  try {
    return await lease.engine.import({
      openParts: () => cutFile(path, folder, partBytes),
      format: 'csv',
      limits,
      onDataFile: async () => {},
      onRestart: async () => {},
    })
  } finally {
    await lease.end()
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** Ratio of speeds: the peer's time over ours. */
async function measureImport(bytes = 1_000_000_000, partBytes = 64 << 20): Promise<Figure[]> {
  const folder = await mkdtemp('/dev/shm/keyhold-bench-')
  const workFolder = openWorkFolder({ name: 'bench', sizeBytes: 2 ** 31 })
  const pool = new EnginePool({ workFolder })
  const peer = await startPlainDuckDb()
  try {
    writeCsv(`${folder}/f.csv`, bytes)
    await pool.ready()
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      theirs.push(await peer.time([`COPY (FROM read_csv('${folder}/f.csv')) TO '${folder}/f.parquet'`]))
      ours.push((await importOnce(pool, `${folder}/f.csv`, workFolder.path, partBytes)).elapsedMs)
    }
    const value = median(theirs) / median(ours)
    const note = `parts of ${partBytes >> 20} MiB, ours ${ours.map(Math.round).join(', ')} ms, DuckDB ${theirs.map(Math.round).join(', ')} ms, ${pool.sandbox.isolation}`
    return [{ name: 'engine.import.parts_vs_duckdb', value, unit: 'ratio', budget: '≥ 0.65', note }]
  } finally {
    await peer.stop()
    await pool.close()
    workFolder.remove()
    await rm(folder, { recursive: true, force: true })
  }
}

export const benchmarks: Record<string, () => Promise<Figure[]>> = {
  'engine.import.parts_vs_duckdb': () => measureImport(),
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [bytes = '1000000000', partMib = '64'] = process.argv.slice(2)
  for (const figure of await measureImport(Number(bytes), Number(partMib) << 20)) console.log(JSON.stringify(figure))
}
