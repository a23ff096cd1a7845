/** Explore, as a person uses it: tables, SQL, results, charts, questions and reports, in a real Chromium. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { BrowserContext, Locator, Page, Request } from 'playwright-core'
import { samples } from '../samples.ts'
import { ownerPassword, startTestInstallation, type TestInstallation } from '../testing/shell.ts'
import { findViolations } from './accessibility.ts'
import { watchPage, type PageWatch } from './page-watch.ts'
import { inEachForm, takePicture } from './screenshots.ts'
import { openTrustedBrowser, refuseWithoutBrowser, type TrustedBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
const planted = 'zwetschgenkuchen'

let installation: TestInstallation
let chromium: TrustedBrowser
let context: BrowserContext
let page: Page
let watch: PageWatch
const sent: Request[] = []

before(async () => {
  if (skip !== false) return
  installation = await startTestInstallation()
  await installation.owner.json(['upload', samples.airports, 'air.airports'])
  await installation.owner.json(['upload', samples.flights, 'air.flights'])
  chromium = await openTrustedBrowser(join(installation.home, 'control', 'tls', 'authority.pem'))
  context = await chromium.browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  page = await context.newPage()
  watch = watchPage(page, installation.installation.url)
  page.on('request', (request) => sent.push(request))
  await signIn()
})

after(async () => {
  await chromium?.close()
  await installation?.end()
})

async function signIn(): Promise<void> {
  await page.goto(installation.installation.url)
  await page.getByLabel('E-mail address').fill('owner@example.org')
  await page.getByLabel('Password').first().fill(ownerPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'They are the same' }).click()
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Explore' }).click()
  await tables()
    .getByRole('button', { name: /^flights/ })
    .waitFor()
}

async function inspect(name: string): Promise<void> {
  // What hangs at the pointer is no part of the page.
  await page.mouse.move(0, 0)
  const found = new Map<string, string>()
  await inEachForm(page, async (form) => {
    await takePicture(page, `${name}-${form}`)
    for (const violation of await findViolations(page)) found.set(violation, form)
  })
  assert.equal(found.size, 0, [...found].map(([violation, form]) => `${form}: ${violation}`).join('\n'))
  assert.deepEqual(watch.faults, [])
}

const tables = (): Locator => page.getByRole('navigation', { name: 'Tables and columns' })
const editor = (): Locator => page.getByRole('textbox', { name: 'SQL' })
const grid = (): Locator => page.getByRole('grid', { name: 'Result' })
const tabs = (): Locator => page.getByRole('list', { name: 'Open queries' })
const cells = (): Promise<string[]> => grid().getByRole('gridcell').allTextContents()

async function run(sql: string): Promise<void> {
  await editor().fill(sql)
  await editor().press('Control+Enter')
}

async function showAs(view: 'Table' | 'Chart'): Promise<void> {
  await page.getByRole('radiogroup', { name: 'Show the result as' }).getByText(view, { exact: true }).click()
}

test('tables and columns are found by a word, and a click writes a column’s name', { skip }, async () => {
  await tables().getByLabel('Filter tables and columns').fill('latit')
  await tables()
    .getByRole('button', { name: /latitude/ })
    .waitFor()
  assert.equal(
    await tables()
      .getByRole('button', { name: /^flights/ })
      .count(),
    0,
  )
  await editor().fill('select ')
  await tables()
    .getByRole('button', { name: /latitude/ })
    .click()
  assert.equal(await editor().innerText(), 'select latitude')
  await inspect('explore-tables')
  await tables().getByLabel('Filter tables and columns').fill('')
})

test('completion offers the columns of the tables that the statement names', { skip }, async () => {
  await editor().fill('select  from air.airports')
  await editor().press('Home')
  for (let step = 0; step < 7; step++) await editor().press('ArrowRight')
  await page.keyboard.type('lati')
  await page.getByRole('option', { name: /latitude/ }).waitFor()
  await page.keyboard.press('Enter')
  assert.equal(await editor().innerText(), 'select latitude from air.airports')
})

test(
  'a parameter of the SQL is a field of its type, and its value is bound, not written into the SQL',
  { skip },
  async () => {
    await editor().fill(`select iata, name from air.airports where state = $state and latitude > $least order by iata`)
    await page.getByRole('textbox', { name: '$state' }).fill('AK')
    await page.getByRole('button', { name: /^Type of \$least/ }).click()
    await page.getByRole('menuitem', { name: 'Decimal number' }).click()
    await page.getByRole('textbox', { name: '$least' }).fill('north')
    await page.getByText('Like this: 12.50').waitFor()
    await page.getByRole('textbox', { name: '$least' }).fill('70.5')
    await page.getByRole('textbox', { name: '$least' }).press('Enter')
    await grid().waitFor()
    assert.deepEqual((await cells()).slice(0, 2), ['AWI', 'Wainwright'])
    await inspect('explore-parameters')
  },
)

test(
  'KH-01: question, parameters and answer are sealed on the wire, and every digit is on the page',
  { skip },
  async () => {
    await run(
      `select '${planted}' as cake, 9007199254740993 as big, 0.1000000000000000000001::decimal(30,22) as exact, null as nothing`,
    )
    await grid().getByText(planted).waitFor()
    assert.deepEqual(await cells(), [planted, '9007199254740993', '0.1000000000000000000001', 'NULL'])
    for (const request of sent) {
      const wire = `${request.url()} ${JSON.stringify(request.headers())} ${request.postDataBuffer()?.toString('latin1') ?? ''}`
      assert.ok(!wire.includes(planted) && !wire.includes('air.airports'), request.url())
    }
  },
)

test('only what is selected is run, or the statement at the cursor', { skip }, async () => {
  await editor().fill('select 1 as first_one; select 2 as second_one')
  await editor().press('Control+End')
  await editor().press('Control+Enter')
  await grid().getByRole('columnheader', { name: 'second_one' }).waitFor()
  await editor().press('Control+Home')
  for (let step = 0; step < 'select 1 '.length; step++) await editor().press('Shift+ArrowRight')
  await editor().press('Control+Enter')
  await grid().getByRole('columnheader', { name: '1', exact: false }).first().waitFor()
  assert.deepEqual(await cells(), ['1'])
})

test('a fault is marked where it is in the SQL, also behind letters of several bytes', { skip }, async () => {
  await run(`select 'äöü', nonsense from air.airports`)
  await page.getByRole('alert').getByText('query.unknown_column').waitFor()
  await page.locator('.cm-lintRange-error').getByText('nonsense', { exact: true }).waitFor()
  await inspect('explore-fault')
})

test('cancelling ends the query in the data plane, and the log says so', { skip }, async () => {
  await run('select max(a.i * b.i) from range(10000000) a(i), range(10000000) b(i)')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: /^Run/ }).waitFor()
  await run('select 7 as after_it')
  await grid().getByRole('columnheader', { name: 'after_it' }).waitFor()
  await page.getByRole('button', { name: 'History' }).click()
  await page.getByRole('dialog', { name: 'History' }).getByText('query.cancelled').waitFor()
  await page.keyboard.press('Escape')
  const { stdout } = await installation.owner.run(['audit', 'tail'])
  assert.match(stdout, /query\.cancelled/)
})

test('the grid is walked, selected, sorted, copied and read by keyboard alone', { skip }, async () => {
  await run(`select i as n, 'v' || (i * 7 % 10) as v, (i * 7 % 10) / 10.0 as d from range(200) t(i)`)
  await grid().getByText('v3', { exact: true }).first().waitFor()
  assert.equal(await grid().getAttribute('aria-rowcount'), '201')
  await grid().focus()
  await page.keyboard.press('Control+Home')
  for (const key of ['ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown']) await page.keyboard.press(key)
  await page.keyboard.press('Control+c')
  await page.getByText('Copied 2 rows × 2 columns').first().waitFor()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'v0\t0.0\nv7\t0.7')
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await grid().locator('[aria-sort=ascending]').waitFor()
  assert.equal((await cells())[1], 'v0')
  await page.keyboard.press('Control+End')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Value' }).getByText('v9').waitFor()
  assert.equal(await page.locator(`[id="${await grid().getAttribute('aria-activedescendant')}"]`).innerText(), 'v9')
  await inspect('explore-grid')
  await page.keyboard.press('Escape')
})

test(
  'a result is drawn as the chart that suits it, changed by hand, and downloaded as picture and as rows',
  { skip },
  async () => {
    await run(`select state, count(*) as airports from air.airports group by all order by airports desc limit 8`)
    await grid().getByText('AK').waitFor()
    await showAs('Chart')
    await page.getByRole('figure').locator('[data-drawn]').waitFor()
    await page.getByText(/Bar chart: airports by state, 8 from AK/).waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Chart settings' }).click()
    await page.getByRole('button', { name: 'Ring' }).click()
    await page.getByText(/Ring chart: airports by state/).waitFor({ state: 'attached' })
    await inspect('explore-chart')
    await page.getByRole('button', { name: 'Chart settings' }).click()
    const save = async (item: string): Promise<Buffer> => {
      await page.getByRole('button', { name: 'Download' }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: item }).click(),
      ])
      const chunks: Buffer[] = []
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks)
    }
    const picture = await save('The chart as PNG')
    assert.deepEqual([...picture.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47])
    assert.ok(picture.length > 5_000)
    const rows = (await save('All rows as CSV')).toString('utf8').split('\r\n')
    assert.equal(rows[0], 'state,airports')
    assert.equal(rows.length, 10)
    await showAs('Table')
  },
)

test('every kind of chart is drawn, or says what it lacks', { skip }, async () => {
  await run(`select a::varchar as a, 'b' || b as b, a * b + 1 as n from range(6) s(a), range(5) t(b)`)
  await grid().getByText('b0').first().waitFor()
  await showAs('Chart')
  await page.getByRole('button', { name: 'Chart settings' }).click()
  const figure = page.getByRole('figure')
  for (const kind of ['Columns', 'Bars', 'Line', 'Area', 'Scatter', 'Pie', 'Ring', 'Number', 'Histogram', 'Heat map']) {
    await page.getByRole('button', { name: kind, exact: true }).click()
    await figure
      .locator('figcaption')
      .filter({ hasText: kind === 'Number' ? 'Number: n 21' : /:|Choose|column/ })
      .waitFor({
        state: 'attached',
      })
    const isDrawn = !['Number', 'Scatter', 'Histogram'].includes(kind)
    if (isDrawn) await figure.locator('[data-drawn]').waitFor()
    else assert.ok((await figure.innerText()).length > 5, kind)
  }
  await inspect('explore-heat-map')
  await page.getByRole('button', { name: 'Chart settings' }).click()
  await showAs('Table')
})

test('tabs and history are there after a reload, and are ciphertext in the browser’s storage', { skip }, async () => {
  await page.getByRole('button', { name: 'Open another' }).click()
  await page.getByRole('menuitem', { name: 'SQL', exact: true }).click()
  await run(`select '${planted}' as again`)
  await grid().getByText(planted).waitFor()
  await page.locator('[data-kept=true]').waitFor()
  await page.reload()
  await editor().waitFor()
  assert.equal(await tabs().getByRole('listitem').count(), 2)
  assert.equal(await editor().innerText(), `select '${planted}' as again`)
  await page.getByRole('button', { name: 'History' }).click()
  await page.getByRole('dialog', { name: 'History' }).getByText('after_it').waitFor()
  await inspect('explore-history')
  await page.keyboard.press('Escape')
  const kept = await page.evaluate(readKept, 'keyhold-workbench')
  assert.ok(kept.length > 200, 'something is kept')
  assert.ok(!kept.includes(planted) && !kept.includes('select'), 'nothing of it can be read')
})

/** All that an IndexedDB database holds, as text; runs in the page. */
async function readKept(name: string): Promise<string> {
  const wait = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(new Error('IndexedDB')))
    })
  const database = await wait(indexedDB.open(name))
  const store = database.transaction('entries').objectStore('entries')
  const values = (await wait(store.getAll())) as { bytes: ArrayBuffer }[]
  const keys = await wait(store.getAllKeys())
  database.close()
  return JSON.stringify(keys) + values.map(({ bytes }) => new TextDecoder('latin1').decode(bytes)).join('')
}

test(
  'KH-13: a question without SQL becomes SQL, a chart, and a report that opens at its own address',
  { skip },
  async () => {
    await page.getByRole('button', { name: 'Do something with air.flights' }).click()
    await page.getByRole('menuitem', { name: 'Ask a question' }).click()
    await grid().waitFor()
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
    await inspect('explore-question')
    await page.keyboard.press('Control+s')
    const dialog = page.getByRole('dialog', { name: 'Save as a report' })
    await dialog.getByLabel('Title').fill('Flights from Atlanta')
    await inspect('explore-save')
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('link', { name: 'own address' }).click()
    await page.getByRole('heading', { level: 1, name: 'Flights from Atlanta' }).waitFor()
    await page.getByRole('figure').locator('[data-drawn]').waitFor()
    await inspect('report')
  },
)

test(
  'a report is found, opened, changed and saved again; somebody else’s change is not overwritten',
  { skip },
  async () => {
    const address = page.url()
    await page.getByRole('link', { name: 'Open in Explore' }).click()
    await page.getByRole('figure').locator('[data-drawn]').waitFor()
    const other = await context.newPage()
    await other.goto(address)
    await other.getByRole('link', { name: 'Open in Explore' }).click()
    await other.getByRole('figure').locator('[data-drawn]').waitFor()
    const save = async (on: Page): Promise<void> => {
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
    await inspect('explore-conflict')
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
    await inspect('explore-open')
    await page.keyboard.press('Escape')
  },
)

test(
  'a million rows of twenty columns are scrolled from end to end, and only what is seen is in the page',
  { skip },
  async () => {
    await tabs().getByRole('button').first().click()
    const columns = Array.from({ length: 20 }, (_, index) => `i * ${index + 1} as c${index}`).join(', ')
    await run(`select ${columns} from range(1000000) t(i)`)
    await page.getByText('1,000,000 rows').first().waitFor({ timeout: 60_000 })
    await grid().focus()
    await page.keyboard.press('Control+End')
    await grid().getByText('19999980', { exact: true }).waitFor()
    assert.ok((await grid().getByRole('gridcell').count()) < 1_000)
    await page.keyboard.press('Control+Home')
    await grid().getByRole('rowheader', { name: '1', exact: true }).waitFor()
  },
)
