/** slowhttptest: clients that send or read so slowly that others might wait. Others are answered, and they are cut. */
import { request } from 'node:https'
import { stripVTControlCharacters } from 'node:util'
import type { Attack, Finding } from './finding.ts'
import { runProgram } from './run-program.ts'
import type { Target } from './target.ts'

const connections = 200
const seconds = 60
const longestWait = 1_000

/** It reads what came before the cut for minutes, and so reports none; the server's side is what the long test looks at. */
const unseen =
  'the scanner reads its own buffer and cannot see it; slow-clients.long.ts shows that the server cuts such a client'

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
    for (const kind of kinds) findings.push(...(await attackSlowly(target, kind)))
    return findings
  },
}

async function attackSlowly(target: Target, { name, args, path }: Kind): Promise<Finding[]> {
  const bounds = ['-c', String(connections), '-r', '100', '-l', String(seconds), '-p', '3']
  const watching = new AbortController()
  const waits = watchOthers(target, watching.signal)
  const { output, timedOut } = await runProgram(
    'slowhttptest',
    [...args, ...bounds, '-u', `https://localhost:${target.port}${path}`],
    (seconds + 60) * 1000,
  )
  watching.abort()
  const longest = Math.max(...(await waits))
  const connected = readCount(output, 'connected')
  const closed = readCount(output, 'closed')
  if (timedOut || closed === undefined) throw new Error(`slowhttptest did not come to its end: ${output.slice(-600)}`)
  const findings: Finding[] = []
  if (longest > longestWait)
    findings.push({ what: `${name}: another client waited ${Math.round(longest)} ms`, expected: null })
  if (closed === 0 && (connected ?? 0) > 0)
    findings.push({
      what: `${name}: the scanner saw no client cut in ${seconds} s`,
      expected: name === 'slow reading' ? unseen : null,
    })
  return findings
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
