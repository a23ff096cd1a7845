/** sqlmap: whether anything of an address, a query or a body reaches PostgreSQL as SQL. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attack, Finding } from './finding.ts'
import { listPlaces, type Place } from './list-places.ts'
import { runProgram } from './run-program.ts'
import { renewBearer, type Target } from './target.ts'

const patience = 300_000

/** Wrong passwords slow whoever gives them, so these come last, and only what comes before that is looked at. */
const guessing = new Set(['signIn', 'stepUp', 'changePassword', 'completeSignIn', 'acceptInvitation'])

export const scanSql: Attack = {
  name: 'SQL injection',
  program: 'sqlmap',
  debianPackage: 'sqlmap',
  async run(target) {
    const findings: Finding[] = []
    const places = listPlaces(target.known)
    const ordered = [
      ...places.filter(({ operation }) => !guessing.has(operation)),
      ...places.filter(({ operation }) => guessing.has(operation)),
    ]
    const marks = ordered.reduce((sum, { path, body }) => sum + `${path}${body ?? ''}`.split('*').length - 1, 0)
    let asked = 0
    for (const [index, place] of ordered.entries()) {
      // What is sensitive asks for a sign-in of the last ten minutes.
      const bearer = place.as === 'nobody' || guessing.has(place.operation) ? null : await renewBearer(target)
      const seen = await scanPlace(target, place, bearer ?? target.bearers.owner, index)
      findings.push(...seen.findings)
      asked += seen.asked
    }
    return { tried: `${asked} requests into ${marks} places of ${ordered.length} routes`, findings }
  },
}

/** Refusals are answers here: 400 for what does not fit, 428 and 429 for who guesses. */
const bounds = [
  '--batch --level 1 --risk 1 --dbms PostgreSQL --technique BEUS --flush-session --disable-coloring',
  '--ignore-code 400,401,403,404,409,413,422,428,429 --timeout 10 --retries 1 --threads 1 --tamper xforwardedfor --answers redirect=N',
].flatMap((line) => line.split(' '))

async function scanPlace(target: Target, place: Place, bearer: string, index: number) {
  const { path, body, method, as } = place
  const traffic = join(target.world.folder, `sqlmap-${index}.traffic`)
  const args = [
    '-u',
    `https://localhost:${target.port}${path}`,
    '--method',
    method,
    ...(as === 'nobody' ? [] : ['-H', `Authorization: Bearer ${bearer}`]),
    ...(body === undefined ? [] : ['--data', body, '-H', 'Content-Type: application/json']),
    '-H',
    'Tus-Resumable: 1.0.0',
    // Injected text comes from an address each (the tamper script); what it is compared with from one a route. The owner’s
    // own shell, which signs in again meanwhile, must not be slowed for what was refused here.
    '-H',
    `X-Forwarded-For: 10.250.${index >> 8}.${index & 255}`,
    ...bounds,
    '--output-dir',
    join(target.world.folder, `sqlmap-${index}`),
    '-t',
    traffic,
  ]
  const { output, timedOut } = await runProgram('sqlmap', args, patience)
  const statuses = readStatuses(traffic)
  return { findings: judge(place, output, statuses, timedOut), asked: statuses.length }
}

/** Of every answer that it got. */
function readStatuses(traffic: string): number[] {
  const text = existsSync(traffic) ? readFileSync(traffic, 'latin1') : ''
  return [...text.matchAll(/^HTTP response \[#\d+\] \((\d{3})/gm)].map(([, status]) => Number(status))
}

/** No verdict, and one of a scanner that was kept out, are findings too. */
function judge({ operation, as }: Place, output: string, statuses: readonly number[], timedOut: boolean): Finding[] {
  if (/sqlmap identified the following injection point|is vulnerable|appears to be '.*' injectable/i.test(output)) {
    return [{ what: `${operation}: ${output.slice(-600)}`, expected: null }]
  }
  if (statuses.some((status) => status >= 500)) {
    return [{ what: `${operation}: the server failed under injected text`, expected: null }]
  }
  const ended = /do(es)? not (appear|seem) to be injectable|all tested parameters do not appear/i.test(output)
  // To a stranger 401 is what a guessed secret gets.
  const unseen = statuses.filter((status) => status === 429 || (status === 401 && as === 'owner')).length
  const keptOut = unseen > statuses.length / 2 && !guessing.has(operation)
  if (!ended || keptOut) {
    const how = timedOut ? ' in time' : keptOut ? ': it was kept out' : ''
    return [{ what: `no verdict on ${operation}${how}: ${output.slice(-600)}`, expected: null }]
  }
  return []
}
