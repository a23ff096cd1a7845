/** `npm run chaos -- --runs N --seed S`: see chaos/run.ts. The seed is printed, so that a run can be repeated. */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { runChaos } from './chaos/run.ts'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '100' }, seed: { type: 'string' } } })
const runs = Number(values.runs)
const seed = Number(values.seed ?? randomInt(2 ** 31))
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  console.error('--runs and --seed take whole numbers.\nRemedy: npm run chaos -- --runs 100 --seed 1')
  process.exit(1)
}
console.log(`seed ${seed}, ${runs} runs`)
const started = performance.now()
try {
  const report = await runChaos({ runs, seed, say: (line) => console.log(line) })
  console.log(JSON.stringify({ ...report, seconds: Math.round((performance.now() - started) / 1000) }))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
