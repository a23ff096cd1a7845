/**
 * `npm run attack`: scanners that others wrote, against a fresh installation on 127.0.0.1. Needs Debian's testssl.sh,
 * sqlmap, ffuf and slowhttptest, which it installs where it may. Exit code 0 only if all of them ran and found nothing.
 * What follows names the attacks: `npm run attack -- tls`.
 */
import type { Attack, Finding } from './attack/finding.ts'
import { scanPaths } from './attack/scan-paths.ts'
import { scanSlowness } from './attack/scan-slowness.ts'
import { scanSql } from './attack/scan-sql.ts'
import { scanTls } from './attack/scan-tls.ts'
import { prepareTarget, type Target } from './attack/target.ts'
import { ensurePrograms } from './system/debian.ts'

const attacks: readonly Attack[] = [scanPaths, scanTls, scanSql, scanSlowness]

type Outcome = {
  readonly attack: Attack
  readonly findings: readonly Finding[]
  readonly failure: string | null
  readonly seconds: number
}

async function runAttack(attack: Attack, target: Target): Promise<Outcome> {
  console.log(`${attack.name} (${attack.program}) …`)
  const started = performance.now()
  const outcome = await attack.run(target).then(
    (findings) => ({ findings, failure: null }),
    (error: unknown) => ({ findings: [], failure: error instanceof Error ? error.message : String(error) }),
  )
  return { attack, ...outcome, seconds: Math.round((performance.now() - started) / 1000) }
}

/** A table of the attacks, and below it what was found. */
function report(outcomes: readonly Outcome[]): void {
  console.log('\nattack          program        found  expected  seconds')
  for (const { attack, findings, failure, seconds } of outcomes) {
    const expected = findings.filter((finding) => finding.expected !== null).length
    const found = failure === null ? String(findings.length - expected) : 'FAILED'
    const cells = [
      attack.name.padEnd(15),
      attack.program.padEnd(14),
      found.padStart(5),
      String(expected).padStart(9),
      String(seconds).padStart(8),
    ]
    console.log(cells.join(' '))
  }
  for (const { attack, findings, failure } of outcomes) {
    if (failure !== null) console.log(`\n${attack.name} gave no result: ${failure}`)
    for (const { what, expected } of findings)
      console.log(`\n${attack.name}: ${what}${expected === null ? '' : `\n  expected: ${expected}`}`)
  }
}

const named = process.argv.slice(2)
const chosen = attacks.filter(
  ({ name, program }) =>
    named.length === 0 || named.some((word) => `${name} ${program}`.toLowerCase().includes(word.toLowerCase())),
)
const missing = ensurePrograms(Object.fromEntries(chosen.map(({ program, debianPackage }) => [program, debianPackage])))
if (missing !== null || chosen.length === 0) {
  console.error(missing ?? `No attack is called ${named.join(', ')}. Remedy: leave the name out to run all.`)
  process.exit(2)
}
const target = await prepareTarget()
try {
  const outcomes: Outcome[] = []
  for (const attack of chosen) outcomes.push(await runAttack(attack, target))
  report(outcomes)
  const clean = outcomes.every(
    ({ findings, failure }) => failure === null && findings.every(({ expected }) => expected !== null),
  )
  process.exitCode = clean ? 0 : 1
} finally {
  await target.end()
}
