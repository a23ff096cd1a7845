/** From choosing a sample to its dashboard, then filters, editing and somebody else’s save, in a real Chromium. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page, Request } from 'playwright-core'
import { startFreshInstallation, type FreshInstallation } from '../testing/shell.ts'
import { findViolations } from './accessibility.ts'
import { claimInBrowser } from './claim-in-browser.ts'
import { watchPage, type PageWatch } from './page-watch.ts'
import { inEachForm, takePicture } from './screenshots.ts'
import { openTrustedBrowser, refuseWithoutBrowser, type TrustedBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
const title = 'Five years of a clinic'
/** Charts that are on the screen at first; those far below are drawn when one scrolls there. */
const canvases = 2

let fresh: FreshInstallation
let chromium: TrustedBrowser
let page: Page
let watch: PageWatch
const sent: Request[] = []

before(async () => {
  if (skip !== false) return
  fresh = await startFreshInstallation()
  chromium = await openTrustedBrowser(join(fresh.home, 'control', 'tls', 'authority.pem'))
  const context = await chromium.browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  page = await context.newPage()
  watch = watchPage(page, fresh.installation.url)
  page.on('request', (request) => sent.push(request))
  await claimInBrowser(page, fresh.installation.setupLink ?? '', 'Clinic')
})

after(async () => {
  await chromium?.close()
  await fresh?.end()
})

async function inspect(name: string): Promise<void> {
  // A tooltip under the pointer stands outside of every landmark.
  await page.mouse.move(2, 2)
  const found = new Map<string, string>()
  await inEachForm(page, async (form) => {
    await takePicture(page, `${name}-${form}`)
    for (const violation of await findViolations(page)) found.set(violation, form)
  })
  assert.equal(found.size, 0, [...found].map(([violation, form]) => `${form}: ${violation}`).join('\n'))
  assert.deepEqual(watch.faults, [])
}

async function waitForCharts(least: number): Promise<void> {
  await page.waitForFunction((count) => document.querySelectorAll('[data-drawn="true"]').length >= count, least)
  await page.getByRole('status').filter({ hasText: 'Loading' }).first().waitFor({ state: 'detached' })
}

const tile = (name: string) => page.getByRole('article', { name, exact: true })

test('the sample that was chosen at set-up is on the screen as a dashboard within 30 s', { skip }, async () => {
  const started = performance.now()
  await page.getByRole('button', { name: 'Go to the project' }).click()
  await page.getByRole('heading', { level: 1, name: 'Bringing in “Clinic”' }).waitFor()
  await page.getByRole('heading', { level: 1, name: title }).waitFor({ timeout: 60_000 })
  await waitForCharts(canvases)
  const seconds = (performance.now() - started) / 1000
  console.log(`from the sample to its dashboard: ${seconds.toFixed(1)} s`)
  assert.ok(seconds <= 30, `${seconds} s`)
  await tile('Who comes most often').scrollIntoViewIfNeeded()
  await tile('Who comes most often').getByRole('cell').first().waitFor()
  await page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded()
  await inspect('dashboard')
})

test('KH-01: nothing that the dashboard shows was sent in clear', { skip }, async () => {
  const shown = await tile('Who comes most often').getByRole('cell').first().innerText()
  const planted = [shown, title, 'clinic.visits v', 'Antibiotics against a virus', 'patients.csv']
  for (const request of sent) {
    const body = request.postDataBuffer()?.toString('latin1') ?? ''
    const wire = `${request.url()} ${JSON.stringify(request.headers())} ${body}`
    for (const text of planted) assert.ok(!wire.includes(text), `“${text}” in ${request.method()} ${request.url()}`)
  }
})

test('a filter is in the fragment, and every tile that has its parameter follows', { skip }, async () => {
  const visits = tile('Visits in twelve months')
  const before = await visits.innerText()
  await page.getByRole('button', { name: /^Department/ }).click()
  await page.getByLabel('Cardiology').check()
  await page.keyboard.press('Escape')
  await page.waitForFunction((text) => !document.body.innerText.includes(text), before)
  assert.match(new URL(page.url()).hash, /^#f-department=Cardiology$/)
  await tile('Influenza, winter by winter').scrollIntoViewIfNeeded()
  await tile('Influenza, winter by winter').getByText('The result has no rows.').last().waitFor()
  const address = page.url()
  await page.goto('about:blank')
  await page.goto(address)
  await page.getByRole('button', { name: 'Department Cardiology' }).waitFor()
  await page.getByRole('button', { name: /^Department/ }).click()
  await page.getByRole('button', { name: 'All', exact: true }).click()
  await page.keyboard.press('Escape')
  await waitForCharts(canvases)
  assert.equal(new URL(page.url()).hash, '')
})

test('a tile is shown as a table, with every digit', { skip }, async () => {
  const billed = tile('Billed, by department')
  await billed.scrollIntoViewIfNeeded()
  await billed.locator('[data-drawn="true"]').waitFor()
  await billed.hover()
  await billed.getByRole('button', { name: 'More of' }).click()
  await page.getByRole('menuitem', { name: 'Show as a table' }).click()
  assert.match(await billed.getByRole('cell').nth(1).innerText(), /^\d+\.\d\d$/)
})

test('tiles are moved and resized by keys and by pointer, undone, and saved', { skip }, async () => {
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: `Edit ${title}` }).waitFor()
  await waitForCharts(canvases)
  await inspect('dashboard-edit')
  await page.locator('.react-grid-item[data-tile="visits-number"]').waitFor()
  const cell = page.locator('[data-tile="visits-number"]')
  const box = async () => (await cell.boundingBox()) ?? assert.fail('The tile is not on the page')
  const start = await box()
  const handle = cell.getByRole('button', { name: /^Move/ })
  await handle.focus()
  await page.keyboard.press('Shift+ArrowDown')
  await page.waitForFunction(isTaller, start.height)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.waitForFunction(isAsTall, start.height)
  const grip = (await handle.boundingBox()) ?? assert.fail('The handle is not on the page')
  await page.mouse.move(grip.x + 8, grip.y + 8)
  await page.mouse.down()
  await page.mouse.move(grip.x + 420, grip.y + 12, { steps: 10 })
  await page.mouse.up()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Edit', exact: true }).waitFor()
  await waitForCharts(canvases)
  const moved = (await tile('Visits in twelve months').boundingBox()) ?? assert.fail('The tile is gone')
  assert.ok(moved.x > start.x + 200, `${start.x} → ${moved.x}`)
  assert.deepEqual(watch.faults, [])
})

function isTaller(height: number): boolean {
  return (document.querySelector('[data-tile="visits-number"]')?.clientHeight ?? 0) > height + 40
}

function isAsTall(height: number): boolean {
  return Math.abs((document.querySelector('[data-tile="visits-number"]')?.clientHeight ?? 0) - height) < 2
}

test('who saves over somebody else’s change is asked first', { skip }, async () => {
  const other = await page.context().newPage()
  await other.goto(page.url())
  await other.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await other.getByLabel('Title').fill('Theirs')
  await page.getByLabel('Title').fill('Mine')
  await other.getByRole('button', { name: 'Save' }).click()
  await other.getByRole('heading', { level: 1, name: 'Theirs', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Somebody else saved this dashboard meanwhile').waitFor()
  await page.getByRole('button', { name: 'Save mine' }).click()
  await page.getByRole('heading', { level: 1, name: 'Mine', exact: true }).waitFor()
  await other.close()
})

test('a dashboard is made, deleted, and taken back', { skip }, async () => {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Dashboards' }).click()
  await page.getByRole('button', { name: 'New dashboard' }).click()
  await page.getByRole('button', { name: 'Add a report' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Influenza, winter by winter' }).click()
  await page.getByRole('button', { name: 'Add words' }).click()
  await page.getByLabel('Title').fill('Winters')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 1, name: 'Winters', exact: true }).waitFor()
  await waitForCharts(1)
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Dashboards' }).click()
  await page.getByRole('button', { name: 'More of Winters' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByText('“Winters” was deleted.').waitFor()
  await page.getByRole('link', { name: 'Winters' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('link', { name: 'Winters' }).waitFor()
  await inspect('dashboards')
})
