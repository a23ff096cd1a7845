/** Lighthouse against a page of a Chromium that is running, with whoever is signed in there. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const folder = fileURLToPath(new URL('./lighthouse/', import.meta.url))
const entry = `${folder}node_modules/lighthouse/core/index.js`
const categories = ['performance', 'accessibility', 'best-practices'] as const

/** Scores from 0 to 100 by category, and the audits that cost points. */
export type LighthouseReport = {
  readonly scores: Readonly<Record<(typeof categories)[number], number>>
  readonly faults: readonly string[]
}

type Audit = {
  readonly id: string
  readonly title: string
  readonly score: number | null
  readonly displayValue?: string
  readonly details?: { readonly items?: readonly { readonly node?: { readonly snippet?: string } }[] }
}
type Category = { readonly score: number | null; readonly auditRefs: readonly { id: string; weight: number }[] }
type Result = { readonly lhr: { categories: Record<string, Category>; audits: Record<string, Audit> } }
type Lighthouse = {
  readonly default: (url: string, flags: object, config: object) => Promise<Result | undefined>
  readonly desktopConfig: object
}

/** Why Lighthouse cannot be had here and what to do, or null. It has a lock file of its own, and 176 MB. */
export function refuseWithoutLighthouse(): string | null {
  if (existsSync(entry)) return null
  console.log('installing Lighthouse from npm')
  spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' })
  if (existsSync(entry)) return null
  return 'Lighthouse is missing and could not be installed. Remedy: npm ci in tools/browser/lighthouse.'
}

/** Loads the page anew in a tab of its own; `port` is DevTools'. */
export async function runLighthouse(url: string, port: number): Promise<LighthouseReport> {
  const { default: lighthouse, desktopConfig } = (await import(pathToFileURL(entry).href)) as Lighthouse
  const flags = { port, onlyCategories: categories, disableStorageReset: true, logLevel: 'error' }
  const result = await lighthouse(url, flags, desktopConfig)
  if (result === undefined) throw new Error(`Lighthouse has no result for ${url}.`)
  const { lhr } = result
  const score = (name: string) => Math.round((lhr.categories[name]?.score ?? 0) * 100)
  return {
    scores: {
      performance: score('performance'),
      accessibility: score('accessibility'),
      'best-practices': score('best-practices'),
    },
    faults: Object.values(lhr.categories)
      .flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => lhr.audits[id]))
      .filter((audit): audit is Audit => audit !== undefined && audit.score !== null && audit.score < 0.9)
      .map(describeFault),
  }
}

function describeFault({ id, title, displayValue = '', details }: Audit): string {
  const places = (details?.items ?? []).flatMap(({ node }) => (node?.snippet === undefined ? [] : [node.snippet]))
  return [`${id}: ${title} ${displayValue}`, ...places.slice(0, 5)].join('\n  ')
}
