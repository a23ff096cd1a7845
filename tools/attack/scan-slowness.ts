/** slowhttptest: clients that send or read so slowly that others might wait. Others are answered, and they are cut. */
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import type { Attack, Finding } from './finding.ts'
import { runProgram } from './run-program.ts'
import type { Target } from './target.ts'

const connections = 200
const seconds = 90
/** Milliseconds; on a machine that is busy otherwise, four times of what a client waits without the attack. */
const longestWait = 1_000
const timesLonger = 4
/** Seconds: what one connection may take by the limits, one after the other: handshake 10, header 15, body or part 30, round 5. */
const longestLife = 60

type Kind = { readonly name: string; readonly args: readonly string[]; readonly path: string }

const kinds: readonly Kind[] = [
  { name: 'slow headers', args: ['-H', '-i', '5'], path: '/v1/health' },
  {
    name: 'slow body',
    args: ['-B', '-i', '5', '-s', '8192', '-t', 'POST', '-f', 'application/json'],
    path: '/v1/sessions',
  },
  {
    name: 'slow reading',
    args: ['-X', '-w', '10', '-y', '20', '-n', '5', '-z', '32', '-k', '3'],
    path: '/samples/flights-3m.parquet',
  },
]

export const scanSlowness: Attack = {
  name: 'slow clients',
  program: 'slowhttptest',
  debianPackage: 'slowhttptest',
  async run(target) {
    const findings: Finding[] = []
    let waits = 0
    for (const kind of kinds) {
      const seen = await attackSlowly(target, kind)
      findings.push(...seen.findings)
      waits += seen.waits
    }
    const what = kinds.map(({ name }) => name).join(', ')
    return { tried: `${what}: ${connections} connections each, ${waits} calls of others meanwhile`, findings }
  },
}

async function attackSlowly(target: Target, { name, args, path }: Kind) {
  const bounds = ['-c', String(connections), '-r', '100', '-l', String(seconds), '-p', '3']
  const before: number[] = []
  for (let i = 0; i < 20; i += 1) before.push(await askHealth(target))
  const patience = Math.max(longestWait, timesLonger * Math.max(...before))
  const watching = new AbortController()
  const waits = watchOthers(target, watching.signal)
  const lives = watchConnections(target.port, watching.signal)
  const { output, timedOut } = await runProgram(
    'slowhttptest',
    [...args, ...bounds, '-u', `https://localhost:${target.port}${path}`],
    (seconds + 60) * 1000,
  )
  watching.abort()
  if (timedOut || readCount(output, 'closed') === undefined)
    throw new Error(`slowhttptest did not come to its end: ${output.slice(-600)}`)
  return { findings: judge(name, patience, await waits, await lives), waits: (await waits).length }
}

/**
 * What others waited, and how long the server kept a connection, by its own side: the scanner cannot see that it was cut
 * while it still reads what the system had taken for it.
 */
function judge(name: string, patience: number, waits: readonly number[], lives: readonly number[]): Finding[] {
  if (lives.length < connections)
    throw new Error(`${name}: the scanner had ${lives.length} of ${connections} connections`)
  const findings: Finding[] = []
  const longest = Math.max(...waits)
  if (longest > patience)
    findings.push({ what: `${name}: another client waited ${Math.round(longest)} ms`, expected: null })
  const kept = lives.filter((life) => life > longestLife).length
  if (kept > 0)
    findings.push({ what: `${name}: ${kept} connections were kept for more than ${longestLife} s`, expected: null })
  return findings
}

/** Seconds that each connection to the port was seen open, looked at every second. */
async function watchConnections(port: number, signal: AbortSignal): Promise<number[]> {
  const started = performance.now()
  // The data plane's link, which stays.
  const others = new Set(listPeers(port))
  const open = new Map<string, { readonly first: number; last: number }>()
  const lives: number[] = []
  while (!signal.aborted) {
    const now = (performance.now() - started) / 1000
    for (const peer of listPeers(port).filter((each) => !others.has(each))) {
      const connection = open.get(peer) ?? { first: now, last: now }
      connection.last = now
      open.set(peer, connection)
    }
    // One that was not there a moment ago has ended; the same port later is somebody else's.
    for (const [peer, { first, last }] of open) {
      if (last === now) continue
      lives.push(last - first)
      open.delete(peer)
    }
    await pause(1_000)
  }
  return [...lives, ...[...open.values()].map(({ first, last }) => last - first)]
}

/** Addresses at the other end of the port's established connections, as Linux shows them. */
function listPeers(port: number): string[] {
  const own = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'latin1').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(own) && state === '01')
    .map(([, , peer = '']) => peer)
}

/** The last of the counts that it prints as it goes. */
function readCount(output: string, name: string): number | undefined {
  const plain = stripVTControlCharacters(output)
  const last = [...plain.matchAll(new RegExp(`${name}:\\s+(\\d+)`, 'g'))].at(-1)?.[1]
  return last === undefined ? undefined : Number(last)
}

/** Milliseconds that an honest client waits, one call after the other, each over a connection of its own. */
async function watchOthers(target: Target, signal: AbortSignal): Promise<number[]> {
  const waits: number[] = []
  while (!signal.aborted) waits.push(await askHealth(target))
  return waits
}

function askHealth({ port, authority }: Target): Promise<number> {
  const started = performance.now()
  const { promise, resolve } = Promise.withResolvers<number>()
  const options = {
    host: '127.0.0.1',
    servername: 'localhost',
    port,
    ca: authority,
    path: '/v1/health',
    agent: false,
  } as const
  request(options, (response) => response.resume().once('end', () => resolve(performance.now() - started)))
    .once('error', () => resolve(Infinity))
    .end()
  return promise
}
