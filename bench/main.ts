/**
 * `npm run -s bench -- NAME…`: prints one JSON line a figure. Without names, all of them. A name may be a prefix.
 * Ratios are measured beside their peer in the same run, in turns, since machines are noisy.
 */
import type { Figure } from './figure.ts'

type Benchmarks = Record<string, () => Promise<Figure[]>>

const modules: readonly (() => Promise<{ benchmarks: Benchmarks }>)[] = [
  () => import('./seal.ts'),
  () => import('./ledger-tree.ts'),
  () => import('./control.ts'),
  () => import('./sign-in.ts'),
  () => import('./upload.ts'),
  () => import('./query.ts'),
  () => import('./start.ts'),
  () => import('./web.ts'),
]

const wanted = process.argv.slice(2)
let matched = 0
let missed = 0
for (const load of modules) {
  const { benchmarks } = await load()
  for (const [names, measure] of Object.entries(benchmarks)) {
    // One measurement may give several figures; its key names them all.
    const selected = names
      .split(' ')
      .filter((name) => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix)))
    if (selected.length === 0) continue
    matched += 1
    for (const figure of await measure()) {
      if (!selected.includes(figure.name)) continue
      console.log(JSON.stringify(figure))
      if (!withinBudget(figure)) missed += 1
    }
  }
}
if (matched === 0) {
  console.error(`No benchmark is called ${wanted.join(', ')}. Remedy: run it without names to see them all.`)
  process.exitCode = 1
} else if (missed > 0) console.error(`${missed} figure(s) missed their budget.`)

function withinBudget(figure: Figure): boolean {
  const [relation, bound] = figure.budget.split(' ')
  const limit = Number((bound ?? '').replaceAll(',', ''))
  return relation === '≥' ? figure.value >= limit : figure.value <= limit
}
