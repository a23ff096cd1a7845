/** sqlmap: whether anything of a query, a path or a body reaches PostgreSQL as SQL. */
import { join } from 'node:path'
import type { Attack, Finding } from './finding.ts'
import { runProgram } from './run-program.ts'
import type { Target } from './target.ts'

const patience = 420_000

type Place = {
  readonly path: string
  readonly body?: string
  readonly method?: string
  readonly as: 'owner' | 'token' | 'nobody'
}

/** `*` marks where sqlmap writes. */
function listPlaces({ known }: Target): Place[] {
  const project = known['project'] ?? ''
  const home = `/v1/projects/${project}`
  return [
    { path: `${home}/jobs?limit=10*&state=done*`, as: 'owner' },
    { path: '/v1/audit/entries?limit=10*&action=x*', as: 'owner' },
    { path: `${home}*/tables`, as: 'token' },
    { path: `${home}/tables`, body: '{"bucket":"door*","table":"kept*"}', method: 'POST', as: 'token' },
    { path: home, body: '{"name":"x*"}', method: 'PATCH', as: 'owner' },
    { path: '/v1/sessions', body: '{"email":"a@b.example*","password":"x*"}', method: 'POST', as: 'nobody' },
  ]
}

export const scanSql: Attack = {
  name: 'SQL injection',
  program: 'sqlmap',
  debianPackage: 'sqlmap',
  async run(target) {
    const findings: Finding[] = []
    for (const [index, place] of listPlaces(target).entries()) findings.push(...(await scanPlace(target, place, index)))
    return findings
  },
}

/** Refusals are answers here: 400 for what does not fit, 429 for who guesses. */
const bounds = [
  '--batch --level 2 --risk 1 --dbms PostgreSQL --technique BEUS --flush-session --disable-coloring',
  '--ignore-code 400,401,403,404,413,429 --timeout 10 --retries 1 --threads 1',
].flatMap((line) => line.split(' '))

async function scanPlace(target: Target, place: Place, index: number): Promise<Finding[]> {
  const { port, world, bearers } = target
  const { path, body, method = 'GET', as } = place
  const args = [
    '-u',
    `https://localhost:${port}${path}`,
    '--method',
    method,
    ...(as === 'nobody' ? [] : ['-H', `Authorization: Bearer ${bearers[as]}`]),
    ...(body === undefined ? [] : ['--data', body, '-H', 'Content-Type: application/json']),
    ...bounds,
    '--output-dir',
    join(world.folder, `sqlmap-${index}`),
  ]
  const { output, timedOut } = await runProgram('sqlmap', args, patience)
  const shown = `${method} ${path}`
  if (/sqlmap identified the following injection point|is vulnerable|appears to be '.*' injectable/i.test(output)) {
    return [{ what: `${shown}: ${output.slice(-600)}`, expected: null }]
  }
  if (/\b5\d\d \(Internal Server Error|HTTP error codes? detected[^]*\b50\d/i.test(output)) {
    return [{ what: `${shown}: the server failed under injected text`, expected: null }]
  }
  const ended = /do(es)? not (appear|seem) to be injectable|all tested parameters do not appear/i.test(output)
  if (!ended) throw new Error(`sqlmap gave no verdict on ${shown}${timedOut ? ' in time' : ''}: ${output.slice(-600)}`)
  return []
}
