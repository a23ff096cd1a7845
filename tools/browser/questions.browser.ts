/** Questions without SQL, the reports that come of them, and results of a million rows, in a real Chromium. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ExploreSession } from './explore-session.ts'
import { refuseWithoutBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false

let session: ExploreSession
let page: Page

before(async () => {
  if (skip !== false) return
  session = await ExploreSession.start()
  ;({ page } = session)
})

after(async () => session?.end())

test(
  'KH-13: a question without SQL becomes SQL, a chart, and a report that opens at its own address',
  { skip },
  async () => {
    await page.getByRole('button', { name: 'Do something with air.flights' }).click()
    await page.getByRole('menuitem', { name: 'Ask a question' }).click()
    await session.grid.waitFor()
    await page.getByRole('button', { name: 'Add a filter' }).click()
    const filter = page.getByRole('group', { name: 'filter 1' })
    await filter.getByRole('combobox', { name: 'Column' }).click()
    await page.getByRole('option', { name: 'origin' }).click()
    await filter.getByRole('textbox', { name: 'Value' }).fill(`A'TL" --`)
    await page.getByRole('button', { name: 'For each …' }).click()
    const sql = page.getByRole('region', { name: 'The SQL of this question' })
    await sql.getByText('WHERE origin = $origin').waitFor()
    assert.ok(!(await sql.innerText()).includes('TL"'), 'what was typed is a parameter')
    await filter.getByRole('textbox', { name: 'Value' }).fill('ATL')
    await page.getByRole('group', { name: 'group 1' }).getByRole('combobox', { name: 'For each' }).click()
    await page.getByRole('option', { name: 'date' }).click()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('figure').locator('[data-drawn]').waitFor()
    await page.getByText(/Line chart: count by date_month/).waitFor({ state: 'attached' })
    await session.inspect('explore-question')
    await page.keyboard.press('Control+s')
    const dialog = page.getByRole('dialog', { name: 'Save as a report' })
    await dialog.getByLabel('Title').fill('Flights from Atlanta')
    await session.inspect('explore-save')
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('link', { name: 'own address' }).click()
    await page.getByRole('heading', { level: 1, name: 'Flights from Atlanta' }).waitFor()
    await page.getByRole('figure').locator('[data-drawn]').waitFor()
    await session.inspect('report')
  },
)

test(
  'a report is found, opened, changed and saved again; somebody else’s change is not overwritten',
  { skip },
  async () => {
    const address = page.url()
    await page.getByRole('link', { name: 'Open in Explore' }).click()
    await page.getByRole('figure').locator('[data-drawn]').waitFor()
    const other = await page.context().newPage()
    await other.goto(address)
    await other.getByRole('link', { name: 'Open in Explore' }).click()
    await other.getByRole('figure').locator('[data-drawn]').waitFor()
    const save = async (on: Page): Promise<void> => {
      await on.bringToFront()
      await on.keyboard.press('Control+s')
      const dialog = on.getByRole('dialog', { name: 'Save as a report' })
      await dialog.getByLabel('What it tells').fill('More or less')
      await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    }
    await save(other)
    await other.getByRole('link', { name: 'own address' }).waitFor()
    await other.close()
    await save(page)
    await page.getByRole('alert').getByText('document.conflict').waitFor()
    await session.inspect('explore-conflict')
    await page.getByRole('button', { name: 'Replace theirs' }).waitFor()
    await page.getByRole('button', { name: 'Save as another' }).click()
    await page.getByRole('link', { name: 'own address' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Open a report' }).click()
    await page
      .getByRole('dialog', { name: 'Open a report' })
      .getByRole('button', { name: 'Flights from Atlanta' })
      .nth(1)
      .waitFor()
    await session.inspect('explore-open')
    await page.keyboard.press('Escape')
  },
)

test(
  'a million rows of twenty columns are scrolled from end to end, and only what is seen is in the page',
  { skip },
  async () => {
    await session.tabs.getByRole('button').first().click()
    const columns = Array.from({ length: 20 }, (_, index) => `i * ${index + 1} as c${index}`).join(', ')
    await session.run(`select ${columns} from range(1000000) t(i)`)
    await page.getByText('1,000,000 rows').first().waitFor({ timeout: 60_000 })
    await session.grid.focus()
    await page.keyboard.press('Control+End')
    await session.grid.getByText('19999980', { exact: true }).waitFor()
    assert.ok((await session.grid.getByRole('gridcell').count()) < 1_000)
    await page.keyboard.press('Control+Home')
    await session.grid.getByRole('rowheader', { name: '1', exact: true }).waitFor()
  },
)
