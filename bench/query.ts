import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withClient, type Client } from '@keyhold/cli/client'
import { samples } from '../tools/samples.ts'
import { startTestInstallation, type TestInstallation } from '../tools/testing/shell.ts'
import { flightQueries } from './flight-queries.ts'
import type { Figure } from './figure.ts'
import { startPlainDuckDb, type PlainDuckDb } from './plain-duckdb.ts'

const { flights, airports } = samples
const rounds = 3

type Place = { installation: TestInstallation; peer: PlainDuckDb; folder: string; client: Client }

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** An installation and a peer with the same rows: the flights `copies` times over, and the airports. */
async function withFlights<T>(copies: number, work: (place: Place) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-bench-'))
  const installation = await startTestInstallation({}, 'sources')
  const peer = await startPlainDuckDb()
  const { owner } = installation
  try {
    const many = join(folder, 'flights.parquet')
    await peer.time([
      `copy (select f.* from '${flights}' f, range(${copies})) to '${many}' (format parquet, compression zstd)`,
    ])
    await peer.time([`copy (from read_csv('${airports}')) to '${join(folder, 'airports.parquet')}' (format parquet)`])
    await owner.json(['upload', many, 'air.flights'])
    await owner.json(['upload', airports, 'air.airports'])
    return await withClient(owner.home, (client) => work({ installation, peer, folder, client }))
  } finally {
    await peer.stop()
    await installation.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Milliseconds from request to a result that is opened and verified to its last byte. */
async function timeOurs(client: Client, sql: string, cache: 'on' | 'off'): Promise<number> {
  const started = performance.now()
  const answer = await client.dataPlane.ask('query', { sql, cache })
  for await (const piece of answer.stream()) void piece
  const milliseconds = performance.now() - started
  await answer.close()
  return milliseconds
}

async function timePeer(place: Place, sql: string): Promise<number> {
  return place.peer.time([
    `copy (${sql}) to '${join(place.folder, 'result.parquet')}' (format parquet, compression zstd)`,
  ])
}

/** Ends our engine, so that nothing is decrypted; answered when the empty spare is up. */
async function goCold(place: Place): Promise<void> {
  await place.client.dataPlane.ask('engine.end', {}).then((answer) => answer.close())
}

type Times = { ours: number[]; peer: number[] }

async function timeQueries(place: Place, cold: boolean): Promise<Times> {
  const ours = flightQueries('air.flights', 'air.airports')
  const theirs = flightQueries(
    `'${join(place.folder, 'flights.parquet')}'`,
    `'${join(place.folder, 'airports.parquet')}'`,
  )
  const times: Times = { ours: [], peer: [] }
  for (const [index, sql] of ours.entries()) {
    const pairs = { ours: [] as number[], peer: [] as number[] }
    for (let round = 0; round < rounds; round += 1) {
      pairs.peer.push(await timePeer(place, theirs[index] ?? ''))
      if (cold) await goCold(place)
      pairs.ours.push(await timeOurs(place.client, sql, 'off'))
    }
    times.ours.push(median(pairs.ours))
    times.peer.push(median(pairs.peer))
  }
  return times
}

function ratioFigure(name: string, times: Times, budget: string): Figure {
  const [ours, peer] = [sum(times.ours), sum(times.peer)]
  const each = times.ours.map((value, index) => `${Math.round(value)}/${Math.round(times.peer[index] ?? 0)}`).join(' ')
  return {
    name,
    value: Number((ours / peer).toFixed(3)),
    unit: 'ratio of times',
    budget,
    note: `ten queries, 30 million rows: ours ${Math.round(ours)} ms, plain DuckDB ${Math.round(peer)} ms (${each})`,
  }
}

async function measureLarge(): Promise<Figure[]> {
  return withFlights(10, async (place) => {
    const cold = await timeQueries(place, true)
    await timeOurs(place.client, 'select count(*) from air.flights, air.airports where iata = origin', 'off')
    const warm = await timeQueries(place, false)
    return [ratioFigure('query.warm.vs_duckdb', warm, '≤ 1.1'), ratioFigure('query.cold.vs_duckdb', cold, '≤ 1.5')]
  })
}

function overheadFigure(name: string, times: Times, budget: string): Figure {
  const over = times.ours.map((value, index) => value - (times.peer[index] ?? 0))
  return {
    name,
    value: Number(median(over).toFixed(1)),
    unit: 'ms',
    budget,
    note: `median over ten queries of 3 million rows; each: ${over.map((value) => Math.round(value)).join(' ')}`,
  }
}

async function measureSmall(): Promise<Figure[]> {
  return withFlights(1, async (place) => {
    const cold = await timeQueries(place, true)
    await timeOurs(place.client, 'select count(*) from air.flights, air.airports where iata = origin', 'off')
    const warm = await timeQueries(place, false)
    return [
      overheadFigure('query.overhead.warm_ms', warm, '≤ 30'),
      overheadFigure('query.overhead.cold_ms', cold, '≤ 250'),
    ]
  })
}

const preparedRequests = 6000
const cachedAtOnce = 32

/** Sends sealed requests that were made before, over kept-alive connections, and reads answers without opening them. */
async function sendPrepared(client: Client, prepared: Uint8Array[]): Promise<number> {
  const { session } = client
  const headers = { ...session.authorise(), 'content-type': 'application/vnd.keyhold.sealed' }
  const path = `/v1/projects/${session.project}/requests`
  let next = 0
  const started = performance.now()
  await Promise.all(
    Array.from({ length: cachedAtOnce }, async () => {
      for (let body = prepared[next++]; body !== undefined; body = prepared[next++]) {
        const answer = await session.connection.stream({ method: 'POST', path, headers, body })
        if (answer.headers['x-keyhold-outcome'] !== 'result') throw new Error('A cached query was refused.')
        for await (const piece of answer.body) void piece
      }
    }),
  )
  return prepared.length / ((performance.now() - started) / 1000)
}

async function measureCached(): Promise<Figure[]> {
  return withFlights(1, async ({ client }) => {
    const sql = 'select origin, count(*) as n from air.flights group by origin order by n desc limit 20'
    await timeOurs(client, sql, 'on')
    const alone: number[] = []
    for (let index = 0; index < 200; index += 1) alone.push(await timeOurs(client, sql, 'on'))
    const prepared: Uint8Array[] = []
    for (let index = 0; index < preparedRequests; index += 1) {
      prepared.push((await client.dataPlane.prepare('query', { sql, cache: 'on' })).sealed)
    }
    const perSecond = await sendPrepared(client, prepared)
    const p95 = alone.toSorted((a, b) => a - b)[Math.floor(alone.length * 0.95)] ?? Number.NaN
    return [
      {
        name: 'query.cached.p95_ms',
        value: Number(p95.toFixed(1)),
        unit: 'ms',
        budget: '≤ 20',
        note: 'one at a time, client’s sealing and opening included',
      },
      {
        name: 'query.cached.per_s',
        value: Math.round(perSecond),
        unit: '1/s',
        budget: '≥ 2,000',
        note: `${preparedRequests} requests sealed before, ${cachedAtOnce} at once; the sender runs on the same two cores`,
      },
    ]
  })
}

export const benchmarks = {
  'query.warm.vs_duckdb query.cold.vs_duckdb': measureLarge,
  'query.overhead.warm_ms query.overhead.cold_ms': measureSmall,
  'query.cached.p95_ms query.cached.per_s': measureCached,
}
