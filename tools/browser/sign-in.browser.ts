/** A browser that is new to an organisation: the anchor is compared once, then its data is opened here and nowhere before. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page, Request } from 'playwright-core'
import { samples } from '../samples.ts'
import { ownerPassword, startTestInstallation, type TestInstallation } from '../testing/shell.ts'
import { agreeToNotice } from './agree-to-notice.ts'
import { findViolations } from './accessibility.ts'
import { changeAnswers } from './answer-changer.ts'
import { watchPage, type PageWatch } from './page-watch.ts'
import { inEachForm, takePicture } from './screenshots.ts'
import { openTrustedBrowser, refuseWithoutBrowser, type TrustedBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
const planted = 'zwetschgenkuchen'

let installation: TestInstallation
let chromium: TrustedBrowser
let page: Page
let watch: PageWatch
const sent: Request[] = []

before(async () => {
  if (skip !== false) return
  installation = await startTestInstallation()
  await installation.owner.json(['upload', samples.airports, 'air.airports'])
  chromium = await openTrustedBrowser(join(installation.home, 'control', 'tls', 'authority.pem'))
  const context = await chromium.browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  page = await context.newPage()
  watch = watchPage(page, installation.installation.url)
  page.on('request', (request) => sent.push(request))
})

after(async () => {
  await chromium?.close()
  await installation?.end()
})

async function inspect(name: string): Promise<void> {
  const found = new Map<string, string>()
  await inEachForm(page, async (form) => {
    await takePicture(page, `${name}-${form}`)
    for (const violation of await findViolations(page)) found.set(violation, form)
  })
  assert.equal(found.size, 0, [...found].map(([violation, form]) => `${form}: ${violation}`).join('\n'))
  assert.deepEqual(watch.faults, [])
}

test('whoever is not signed in is asked to, and a wrong password is refused with a remedy', { skip }, async () => {
  await page.goto(installation.installation.url)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await inspect('sign-in')
  await page.getByLabel('E-mail address').fill('owner@example.org')
  await page.getByLabel('Password').first().fill('not the password at all')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').getByText('sign_in.refused').waitFor()
})

test('KH-11: a new browser shows the anchor’s fingerprint, the one that the data plane prints', { skip }, async () => {
  await page.getByLabel('Password').first().fill(ownerPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(installation.installation.anchorFingerprint).waitFor()
  await inspect('anchor-check')
  await page.getByRole('button', { name: 'They are the same' }).click()
  await page.getByRole('heading', { level: 1, name: 'First' }).waitFor()
  await agreeToNotice(page)
})

test('home shows the tables and jobs that there are', { skip }, async () => {
  await page.getByRole('cell', { name: 'air.airports' }).first().waitFor()
  await page.getByRole('status').filter({ hasText: 'Loading' }).first().waitFor({ state: 'detached' })
  await inspect('home')
})

test('KH-01: a query is sealed on the wire, and its answer keeps every digit', { skip }, async () => {
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await page.getByRole('heading', { level: 1, name: 'Explore' }).waitFor()
  const sql = `select '${planted}' as cake, 9007199254740993 as big, 0.1000000000000000000001::decimal(30,22) as exact,
    timestamp '2026-11-25 12:00:00.123456' as moment, count(*) as airports from air.airports`
  await page.getByRole('textbox', { name: 'SQL' }).fill(sql)
  await page.getByRole('textbox', { name: 'SQL' }).press('Control+Enter')
  const result = page.getByRole('grid', { name: 'Result' })
  await result.waitFor()
  const cells = await result.getByRole('gridcell').allTextContents()
  assert.deepEqual(cells, [
    planted,
    '9007199254740993',
    '0.1000000000000000000001',
    '2026-11-25 12:00:00.123456',
    '3376',
  ])
  await inspect('explore-result')
  assert.ok(sent.some((request) => request.url().endsWith('/requests')))
  for (const request of sent) {
    const wire = `${request.url()} ${JSON.stringify(request.headers())} ${request.postDataBuffer()?.toString('latin1') ?? ''}`
    assert.ok(!wire.includes(planted) && !wire.includes('air.airports'), request.url())
  }
})

test('a refused query says why, with the engine’s own words, which only this page has', { skip }, async () => {
  await page.getByRole('textbox', { name: 'SQL' }).fill('select nonsense from air.airports')
  await page.getByRole('button', { name: 'Run' }).click()
  await page.getByRole('alert').getByText('nonsense').first().waitFor()
  await inspect('explore-refused')
})

test(
  'KH-01: what the operator sees is one switch on every page: names and counts, and no value',
  { skip },
  async () => {
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Tables' }).click()
    await page.getByRole('switch', { name: 'Operator’s view' }).click()
    await page.getByText('This is what the operator sees.').waitFor()
    await page.getByRole('region', { name: 'Database table tables' }).getByText('airports').waitFor()
    await inspect('operator-tables')
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Audit' }).click()
    await page.getByRole('region', { name: 'Database table ledger_entries' }).waitFor()
    await inspect('operator-audit')
    const shown = await page.getByRole('main').textContent()
    assert.ok(!shown?.includes(planted))
    await page.getByRole('switch', { name: 'Operator’s view' }).click()
    await page.getByRole('list', { name: 'Entries, newest first' }).waitFor()
  },
)

test('the command palette goes anywhere from the keyboard, and ? shows the shortcuts', { skip }, async () => {
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Command' }).waitFor()
  await inspect('palette')
  await page.keyboard.type('upload')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Tables' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await inspect('shortcuts')
  await page.keyboard.press('Escape')
})

test('KH-02: a log that does not continue what this browser saw turns the badge red', { skip }, async () => {
  // The control plane's part, played by the test: a checkpoint whose size was changed after it was signed.
  const end = await changeAnswers(page, '*/v1/audit/checkpoint*', (body) => {
    const answer = JSON.parse(body.toString('utf8')) as { checkpoint: string }
    const [origin, size, ...rest] = answer.checkpoint.split('\n')
    return Buffer.from(JSON.stringify({ ...answer, checkpoint: [origin, Number(size) + 1, ...rest].join('\n') }))
  })
  await page.reload()
  await page.getByRole('button', { name: 'log altered' }).click()
  await page.getByText('ledger.note_signature_invalid').waitFor()
  await inspect('log-altered')
  await end()
  await page.reload()
  await page.getByRole('button', { name: 'Log verified in this browser' }).waitFor()
})

test('an answer that was swapped on its way is not shown', { skip }, async () => {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Explore' }).click()
  let earlier: Buffer | undefined
  const end = await changeAnswers(page, '*/requests', (body) => {
    earlier ??= body
    return earlier
  })
  await page.getByRole('textbox', { name: 'SQL' }).fill('select 1 as first_answer')
  await page.getByRole('button', { name: 'Run' }).click()
  await page.getByRole('grid', { name: 'Result' }).waitFor()
  await page.getByRole('textbox', { name: 'SQL' }).fill('select 2 as second_answer')
  await page.getByRole('button', { name: 'Run' }).click()
  await page.getByRole('alert').getByText('response.mismatch').waitFor()
  assert.equal(await page.getByText('first_answer', { exact: true }).count(), 0)
  await end()
  assert.deepEqual(watch.faults, [])
})

test('an address where nothing is says so and leads back', { skip }, async () => {
  await page.goto(`${installation.installation.url}/nowhere`)
  await page.getByText('There is nothing at this address').waitFor()
  await inspect('not-found')
})

test('signing out ends the session; the key stays, so the next sign-in needs no comparison', { skip }, async () => {
  await page.goto(installation.installation.url)
  await page.getByRole('button', { name: /on Linux/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.getByLabel('E-mail address').fill('owner@example.org')
  await page.getByLabel('Password').first().fill(ownerPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'First' }).waitFor()
  assert.deepEqual(watch.faults, [])
})

test('CLU-11: a session that ended meanwhile leads back to the sign-in', { skip }, async () => {
  await page.context().clearCookies()
  await page.keyboard.press('g')
  await page.keyboard.press('k')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})
