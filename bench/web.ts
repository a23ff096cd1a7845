/** The web app in a real Chromium, as a newcomer meets it: figures in wall time on the machine that also runs both planes. */
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { claimInBrowser } from '../tools/browser/claim-in-browser.ts'
import { openTrustedBrowser, refuseWithoutBrowser } from '../tools/browser/trusted-browser.ts'
import { startFreshInstallation } from '../tools/testing/shell.ts'
import type { Figure } from './figure.ts'

const title = 'Five years of a clinic'
/** Charts on the first screen of the sample's dashboard. */
const firstCharts = 2
const openings = 15
const gridRows = 1_000_000
const gridColumns = 20

type Place = { readonly url: string; readonly setupLink: string; readonly newContext: () => Promise<BrowserContext> }

async function withBrowser<T>(work: (place: Place) => Promise<T>): Promise<T> {
  const refusal = refuseWithoutBrowser()
  if (refusal !== null) throw new Error(refusal)
  const fresh = await startFreshInstallation()
  const chromium = await openTrustedBrowser(join(fresh.home, 'control', 'tls', 'authority.pem'))
  try {
    return await work({
      url: fresh.installation.url,
      setupLink: fresh.installation.setupLink ?? '',
      newContext: () => chromium.browser.newContext({ viewport: { width: 1440, height: 900 } }),
    })
  } finally {
    await chromium.close()
    await fresh.end()
  }
}

const countDrawn = (least: number) => document.querySelectorAll('[data-drawn="true"]').length >= least

/** From the page with the chosen sample to its dashboard's first charts; gives the seconds. */
async function bringSample(page: Page): Promise<number> {
  const started = performance.now()
  await page.getByRole('button', { name: 'Go to the project' }).click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor({ timeout: 120_000 })
  await page.waitForFunction(countDrawn, firstCharts, { timeout: 120_000 })
  return (performance.now() - started) / 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Milliseconds in the page from a click on the dashboard's name to the moment when the first charts stand painted. */
async function timeOpening(page: Page): Promise<number> {
  return page.evaluate(
    async ({ name, least }) => {
      const link = [...document.querySelectorAll('a')].find((element) => element.textContent?.includes(name))
      if (link === undefined) throw new Error('The list does not have the dashboard.')
      const started = performance.now()
      link.click()
      for (;;) {
        await new Promise((resolve) => requestAnimationFrame(resolve))
        if (document.querySelectorAll('[data-drawn="true"]').length >= least) break
      }
      return performance.now() - started
    },
    { name: title, least: firstCharts },
  )
}

async function openList(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Dashboards' }).click()
  await page.getByRole('heading', { level: 1, name: 'Dashboards' }).waitFor()
  await page.getByRole('link', { name: title }).first().waitFor()
}

async function measureFirst(): Promise<Figure[]> {
  return withBrowser(async ({ setupLink, newContext }) => {
    const page = await (await newContext()).newPage()
    await claimInBrowser(page, setupLink, 'Clinic')
    const seconds = await bringSample(page)
    const times: number[] = []
    for (let round = 0; round < openings; round += 1) {
      await openList(page)
      times.push(await timeOpening(page))
    }
    return [
      {
        name: 'web.first_dashboard_s',
        value: Number(seconds.toFixed(1)),
        unit: 's',
        budget: '≤ 30',
        note: 'fresh home, sample clinic chosen at set-up: generated, sealed, sent, imported, first charts painted',
      },
      {
        name: 'web.tile.warm_ms',
        value: Math.round(median(times)),
        unit: 'ms',
        budget: '≤ 150',
        note: `median of ${openings} openings of a dashboard from the list: click to both charts of its first screen painted; each: ${times.map(Math.round).join(' ')}`,
      },
    ]
  })
}

const gridSql = `select i as id, ${Array.from({ length: gridColumns - 1 }, (_, index) =>
  index % 3 === 0 ? `'row ' || (i * ${index + 7} % 100003) as t${index}` : `i * ${index + 3} / 7 as n${index}`,
).join(', ')} from range(${gridRows}) r(i)`

/** Longest task of the page while a wheel turns over a million rows and back, in ms. */
async function measureGrid(): Promise<Figure[]> {
  return withBrowser(async ({ setupLink, newContext }) => {
    const page = await (await newContext()).newPage()
    await claimInBrowser(page, setupLink, 'Empty')
    await page.getByRole('button', { name: 'Go to the project' }).click()
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Explore' }).click()
    await page.getByRole('textbox', { name: 'SQL' }).fill(gridSql)
    await page.getByRole('button', { name: /^Run/ }).click()
    const grid = page.getByRole('grid')
    await grid.waitFor({ timeout: 120_000 })
    const box = await grid.boundingBox()
    if (box === null) throw new Error('The grid is not on the page.')
    await page.evaluate(() => {
      const tasks: number[] = []
      Object.assign(globalThis, { longTasks: tasks })
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
        type: 'longtask',
      })
    })
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    for (let step = 0; step < 150; step += 1) await page.mouse.wheel(0, step < 75 ? 40_000 : -40_000)
    for (let step = 0; step < 40; step += 1) await page.mouse.wheel(step < 20 ? 200 : -200, 0)
    const tasks = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks)
    return [
      {
        name: 'web.grid.longest_task_ms',
        value: Math.round(Math.max(0, ...tasks)),
        unit: 'ms',
        budget: '≤ 50',
        note: `${gridRows.toLocaleString('en')} rows × ${gridColumns} columns, 190 turns of the wheel; ${tasks.length} tasks of 50 ms or more (0 stands for none)`,
      },
    ]
  })
}

/** Kilobytes of scripts, as they came over the wire, that a page without any cache loads. */
async function weighScripts(page: Page): Promise<number> {
  const bytes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) => new URL(entry.name).pathname.endsWith('.js'))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
  )
  return bytes / 1000
}

async function measureWeight(): Promise<Figure[]> {
  return withBrowser(async ({ setupLink, url, newContext }) => {
    const context = await newContext()
    const page = await context.newPage()
    await page.goto(setupLink)
    await page.getByRole('button', { name: 'Set up' }).waitFor()
    const setup = await weighScripts(page)
    await claimInBrowser(page, setupLink, 'Clinic')
    await bringSample(page)
    const dashboard = page.url()
    const cdp = await context.newCDPSession(page)
    const weigh = async (address: string, ready: () => Promise<unknown>) => {
      await cdp.send('Network.clearBrowserCache')
      await page.goto('about:blank')
      await page.goto(address)
      await ready()
      return weighScripts(page)
    }
    const home = await weigh(url, () => page.getByRole('heading', { level: 1, name: 'First project' }).waitFor())
    const board = await weigh(dashboard, () => page.waitForFunction(countDrawn, firstCharts))
    return [
      {
        name: 'web.entry.kb',
        value: Math.round(Math.max(setup, home)),
        unit: 'kB',
        budget: '≤ 250',
        note: `compressed scripts: set-up ${Math.round(setup)}, home ${Math.round(home)}`,
      },
      {
        name: 'web.dashboard.kb',
        value: Math.round(board),
        unit: 'kB',
        budget: '≤ 450',
        note: 'compressed scripts of a dashboard opened without any cache',
      },
    ]
  })
}

export const benchmarks = {
  'web.first_dashboard_s web.tile.warm_ms': measureFirst,
  'web.grid.longest_task_ms': measureGrid,
  'web.entry.kb web.dashboard.kb': measureWeight,
}
