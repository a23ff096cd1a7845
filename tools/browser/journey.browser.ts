/** A newcomer's first minutes in a real Chromium, against both planes over TLS that it trusts. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startFreshInstallation, type FreshInstallation } from '../testing/shell.ts'
import { agreeToNotice } from './agree-to-notice.ts'
import { findViolations } from './accessibility.ts'
import { watchPage, type PageWatch } from './page-watch.ts'
import { inEachForm, takePicture } from './screenshots.ts'
import { openTrustedBrowser, refuseWithoutBrowser, type TrustedBrowser } from './trusted-browser.ts'

const refusal = refuseWithoutBrowser()
const skip = refusal ?? false
const password = 'quiet otter lamp seventeen'

let fresh: FreshInstallation
let chromium: TrustedBrowser
let page: Page
let watch: PageWatch

before(async () => {
  if (skip !== false) return
  fresh = await startFreshInstallation()
  chromium = await openTrustedBrowser(join(fresh.home, 'control', 'tls', 'authority.pem'))
  ;({ page, watch } = await openPage(chromium.browser))
})

after(async () => {
  await chromium?.close()
  await fresh?.end()
})

async function openPage(browser: Browser): Promise<{ page: Page; watch: PageWatch }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  const opened = await context.newPage()
  return { page: opened, watch: watchPage(opened, fresh.installation.url) }
}

/** Bytes of all scripts that this page has fetched, as they crossed the wire. */
function sumScripts(): number {
  const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
  return entries.filter(({ name }) => name.endsWith('.js')).reduce((sum, entry) => sum + entry.encodedBodySize, 0)
}

/** Pictures in each form, no violation of axe in any, and nothing that a page must not do. */
async function inspect(name: string): Promise<void> {
  const found = new Map<string, string>()
  await inEachForm(page, async (form) => {
    await takePicture(page, `${name}-${form}`)
    for (const violation of await findViolations(page)) found.set(violation, form)
  })
  assert.equal(found.size, 0, [...found].map(([violation, form]) => `${form}: ${violation}`).join('\n'))
  assert.deepEqual(watch.faults, [])
}

test(
  'the set-up link opens a page that says what custody promises, and claims the installation',
  { skip },
  async () => {
    const link = fresh.installation.setupLink
    assert.ok(link)
    await page.goto(link)
    await page.getByText('Custody: demo').waitFor()
    const scripts = await page.evaluate(sumScripts)
    assert.ok(scripts <= 250_000, `${scripts} bytes of scripts on the first page`)
    await inspect('setup')
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('E-mail address').fill('ada@example.org')
    await page.getByLabel('Password', { exact: false }).first().fill(password)
    await page.getByText('Strong.').waitFor()
    await page.getByLabel('Organisation').fill('Analytical Engines')
    await page.getByRole('radio', { name: /^Empty/ }).click()
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByRole('heading', { level: 1, name: 'Recovery kit' }).waitFor()
  },
)

test('KH-12: set-up shows the recovery kit before anything else', { skip }, async () => {
  await page.getByRole('article', { name: 'Recovery kit' }).waitFor()
  await agreeToNotice(page)
  await inspect('recovery-kit')
  await page.getByLabel('I have printed or saved the kit').check()
  await page.getByRole('button', { name: 'Go to the project' }).click()
  await page.getByRole('heading', { level: 1, name: 'First project' }).waitFor()
})

test('an empty project says the two things to do next', { skip }, async () => {
  await page.goto(fresh.installation.url)
  await page.getByRole('heading', { name: 'Bring a file' }).waitFor()
  await inspect('home-empty')
})

for (const place of ['Explore', 'Dashboards', 'Tables', 'Jobs', 'Audit', 'Tokens', 'Settings']) {
  test(`${place} can be reached and read by everyone`, { skip }, async () => {
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click()
    await page.getByRole('heading', { level: 1, name: place }).waitFor()
    await page.waitForFunction(() =>
      [...document.querySelectorAll('[role=status]')].every((status) => !status.textContent.includes('Loading')),
    )
    await inspect(place.toLowerCase())
  })
}
