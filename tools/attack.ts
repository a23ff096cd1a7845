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

const attacks: readonly Attack[] = [scanSlowness, scanTls, scanPaths, scanSql]

type Outcome = {
  readonly attack: Attack
  readonly findings: readonly Finding[]
  readonly tried: string
  readonly failure: string | null
  readonly seconds: number
}

async function runAttack(attack: Attack, target: Target): Promise<Outcome> {
  console.log(`${attack.name} (${attack.program}) …`)
  const started = performance.now()
  const outcome = await attack.run(target).then(
    (result) => ({ ...result, failure: null }),
    (error: unknown) => ({
      findings: [],
      tried: '',
      failure: error instanceof Error ? error.message : String(error),
    }),
  )
  return { attack, ...outcome, seconds: Math.round((performance.now() - started) / 1000) }
}

/** A table of the attacks, and below it what was found. */
function report(outcomes: readonly Outcome[]): void {
  console.log('\nattack          program        found  expected  seconds  tried')
  for (const { attack, findings, tried, failure, seconds } of outcomes) {
    const expected = findings.filter((finding) => finding.expected !== null).length
    const found = failure === null ? String(findings.length - expected) : 'FAILED'
    const cells = [
      attack.name.padEnd(15),
      attack.program.padEnd(14),
      found.padStart(5),
      String(expected).padStart(9),
      String(seconds).padStart(8),
      ` ${tried}`,
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
// Strangers who are refused too often are answered unseen: what tries many things comes from an address each.
const target = await prepareTarget({ KEYHOLD_TRUSTED_PROXIES: '127.0.0.1,::1' })
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
