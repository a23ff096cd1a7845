/** ffuf: addresses that nobody named. No unexpected success, and never a fault of the server. */
import { randomUUIDv7 } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { routeList, type Route } from '@keyhold/contract'
import type { Attack, Finding } from './finding.ts'
import { runProgram } from './run-program.ts'
import type { Target } from './target.ts'

const patience = 120_000
const knownWords = fileURLToPath(new URL('words/paths.txt', import.meta.url))

/** Files that strangers may have; any page's address shows the app, which asks to sign in. */
const openFiles = ['authority.pem', 'authority.crl', 'openapi.json', 'samples/airports.csv']

/** What is tried beside an address that is there: copies, listings and spellings that get past rules. */
const variants = ['', '/', '.json', '.bak', '~', '/..', '%2f', '%00', ';x=1', '/.git/config', '?debug=1', '#']

type Hit = { readonly status: number; readonly input: { readonly FUZZ: string } }

export const scanPaths: Attack = {
  name: 'addresses',
  program: 'ffuf',
  debianPackage: 'ffuf',
  async run(target) {
    const words = listWords(target)
    const file = join(target.world.folder, 'ffuf-words.txt')
    writeFileSync(file, words.join('\n'))
    writeFileSync(`${file}.from`, words.map((_word, index) => `10.${index >> 8}.${index & 255}.7`).join('\n'))
    const strangers = await scan(target, 'nobody', file, words)
    const owners = await scan(target, 'owner', file, words)
    const findings = [
      ...judge(strangers, words, new Set([...openFiles, ...listReadable(target, ['public'])])),
      ...judge(owners, words, new Set([...openFiles, ...listReadable(target, ['public', 'member'])])),
    ]
    const refused = strangers.filter(({ status }) => status === 401).length
    const tried = `${words.length} addresses, by nobody (${refused} asked to sign in) and by the owner`
    return { tried, findings }
  },
}

/** Addresses that software is known by, and those of every route, with what is often beside an address. */
function listWords({ known }: Target): string[] {
  const named = readFileSync(knownWords, 'utf8').trim().split('\n')
  const routed = routeList.flatMap((route) => variants.map((variant) => fillPath(route, known) + variant))
  return [...new Set([...named, ...routed])].filter((word) => !word.includes('sessions/current'))
}

const fillPath = ({ path }: Route, known: Target['known']) =>
  path.slice(1).replaceAll(/:([a-z]+)/gi, (_all, name: string) => known[name] ?? randomUUIDv7())

/** Addresses that answer a GET of the caller, also with a query that they refuse or a debugging switch that they do not. */
function listReadable({ known }: Target, kinds: readonly Route['access']['kind'][]): string[] {
  return routeList
    .filter(({ method, access }) => method === 'GET' && kinds.includes(access.kind))
    .flatMap((route) => [fillPath(route, known), `${fillPath(route, known)}#`])
}

async function scan(
  { port, world, bearers }: Target,
  as: 'nobody' | 'owner',
  list: string,
  words: readonly string[],
): Promise<Hit[]> {
  const file = join(world.folder, `ffuf-${as}.json`)
  const who = as === 'nobody' ? [] : ['-H', `Authorization: Bearer ${bearers.owner}`]
  const args = [
    '-u',
    `https://localhost:${port}/FUZZ`,
    '-mode',
    'pitchfork',
    '-w',
    `${list}:FUZZ`,
    '-w',
    `${list}.from:FROM`,
    '-H',
    'X-Forwarded-For: FROM',
    '-mc',
    'all',
    '-t',
    '4',
    '-s',
    '-of',
    'json',
    '-o',
    file,
    ...who,
  ]
  const { code, output, timedOut } = await runProgram('ffuf', args, patience)
  const { results } = JSON.parse(readFileSync(file, 'utf8')) as { results: Hit[] }
  const asked = words.length
  const unseen = results.filter(({ status }) => status === 429).length
  if (code !== 0 || timedOut || results.length < asked * 0.9 || unseen > 0) {
    throw new Error(`ffuf saw ${results.length - unseen} of ${asked} answers: ${output.slice(-400)}`)
  }
  return results
}

function judge(hits: readonly Hit[], words: readonly string[], allowed: ReadonlySet<string>): Finding[] {
  return hits
    .map(({ status, input }) => ({ status, path: readWord(input.FUZZ, words) }))
    .filter(({ status, path }) => status >= 500 || (status < 400 && !allowed.has(path)))
    .map(({ status, path }) => ({ what: `/${path} answers ${status}`, expected: null }))
}

/** Some versions write inputs in base64. */
function readWord(text: string, words: readonly string[]): string {
  return words.includes(text) ? text : Buffer.from(text, 'base64').toString()
}
