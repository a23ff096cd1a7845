/** ffuf: addresses that nobody named. No unexpected success, and never a fault of the server. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Attack, Finding } from './finding.ts'
import { runProgram } from './run-program.ts'
import type { Target } from './target.ts'

const patience = 120_000
const words = fileURLToPath(new URL('words/paths.txt', import.meta.url))

/** What strangers may have; the set-up page's and any other page's address shows the app, which asks to sign in. */
const open = new Set(['authority.pem', 'openapi.json', 'samples/airports.csv', 'v1/health', 'v1/installation'])
/** With the owner's session besides. */
const ofMembers = new Set(['v1/me', 'v1/people', 'v1/projects', 'v1/roster', 'v1/tokens'])

type Hit = { readonly status: number; readonly input: { readonly FUZZ: string } }

export const scanPaths: Attack = {
  name: 'addresses',
  program: 'ffuf',
  debianPackage: 'ffuf',
  async run(target) {
    const strangers = await scan(target, 'nobody')
    const owners = await scan(target, 'owner')
    return [...judge(strangers, open), ...judge(owners, new Set([...open, ...ofMembers]))]
  },
}

async function scan({ port, world, bearers }: Target, as: 'nobody' | 'owner'): Promise<Hit[]> {
  const file = join(world.folder, `ffuf-${as}.json`)
  const who = as === 'nobody' ? [] : ['-H', `Authorization: Bearer ${bearers.owner}`]
  const args = [
    '-u',
    `https://localhost:${port}/FUZZ`,
    '-w',
    words,
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
  const asked = readFileSync(words, 'utf8').trim().split('\n').length
  if (code !== 0 || timedOut || results.length < asked * 0.9) {
    throw new Error(`ffuf saw ${results.length} of ${asked} answers: ${output.slice(-400)}`)
  }
  return results
}

function judge(hits: readonly Hit[], allowed: ReadonlySet<string>): Finding[] {
  return hits
    .map(({ status, input }) => ({ status, path: readWord(input.FUZZ) }))
    .filter(({ status, path }) => status >= 500 || (status < 400 && !allowed.has(path)))
    .map(({ status, path }) => ({ what: `/${path} answers ${status}`, expected: null }))
}

/** Some versions write inputs in base64. */
function readWord(text: string): string {
  const known = readFileSync(words, 'utf8').split('\n')
  return known.includes(text) ? text : Buffer.from(text, 'base64').toString()
}
