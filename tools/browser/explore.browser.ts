/** Explore, as a person uses it: tables, SQL, results and charts, in a real Chromium. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ExploreSession } from './explore-session.ts'
import { refuseWithoutBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
const planted = 'zwetschgenkuchen'

let session: ExploreSession
let page: Page

before(async () => {
  if (skip !== false) return
  session = await ExploreSession.start()
  ;({ page } = session)
})

after(async () => session?.end())

test('tables and columns are found by a word, and a click writes a column’s name', { skip }, async () => {
  await session.tables.getByLabel('Filter tables and columns').fill('latit')
  await session.tables.getByRole('button', { name: /latitude/ }).waitFor()
  assert.equal(await session.tables.getByRole('button', { name: /^flights/ }).count(), 0)
  await session.editor.fill('select ')
  await session.tables.getByRole('button', { name: /latitude/ }).click()
  assert.equal(await session.editor.innerText(), 'select latitude')
  await session.inspect('explore-tables')
  await session.tables.getByLabel('Filter tables and columns').fill('')
})

test('completion offers the columns of the tables that the statement names', { skip }, async () => {
  await session.editor.fill('select  from air.airports')
  await session.editor.press('Home')
  for (let step = 0; step < 7; step++) await session.editor.press('ArrowRight')
  await page.keyboard.type('lati')
  const option = page.getByRole('option', { name: /latitude/ })
  await option.waitFor()
  // The editor takes no key for a list that opened less than 75 ms ago, so that nobody accepts what they did not see.
  await option.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)))
  await page.keyboard.press('Enter')
  assert.equal(await session.editor.innerText(), 'select latitude from air.airports')
})

test(
  'a parameter of the SQL is a field of its type, and its value is bound, not written into the SQL',
  { skip },
  async () => {
    await session.editor.fill(
      `select iata, name from air.airports where state = $state and latitude > $least order by iata`,
    )
    await page.getByRole('textbox', { name: '$state' }).fill('AK')
    await page.getByRole('button', { name: /^Type of \$least/ }).click()
    await page.getByRole('menuitem', { name: 'Decimal number' }).click()
    await page.getByRole('textbox', { name: '$least' }).fill('north')
    await page.getByText('Like this: 12.50').waitFor()
    await page.getByRole('textbox', { name: '$least' }).fill('70.5')
    await page.getByRole('textbox', { name: '$least' }).press('Enter')
    await session.grid.waitFor()
    assert.deepEqual((await session.cells()).slice(0, 2), ['AWI', 'Wainwright'])
    await session.inspect('explore-parameters')
  },
)

test(
  'KH-01: question, parameters and answer are sealed on the wire, and every digit is on the page',
  { skip },
  async () => {
    await session.run(
      `select '${planted}' as cake, 9007199254740993 as big, 0.1000000000000000000001::decimal(30,22) as exact, null as nothing`,
    )
    await session.grid.getByText(planted).waitFor()
    assert.deepEqual(await session.cells(), [planted, '9007199254740993', '0.1000000000000000000001', 'NULL'])
    for (const request of session.sent) {
      const wire = `${request.url()} ${JSON.stringify(request.headers())} ${request.postDataBuffer()?.toString('latin1') ?? ''}`
      assert.ok(!wire.includes(planted) && !wire.includes('air.airports'), request.url())
    }
  },
)

test('only what is selected is run, or the statement at the cursor', { skip }, async () => {
  await session.editor.fill('select 1 as first_one; select 2 as second_one')
  await session.editor.press('Control+End')
  await session.editor.press('Control+Enter')
  await session.grid.getByRole('columnheader', { name: 'second_one' }).waitFor()
  await session.editor.press('Control+Home')
  for (let step = 0; step < 'select 1 '.length; step++) await session.editor.press('Shift+ArrowRight')
  await session.editor.press('Control+Enter')
  await session.grid.getByRole('columnheader', { name: '1', exact: false }).first().waitFor()
  assert.deepEqual(await session.cells(), ['1'])
})

test('a fault is marked where it is in the SQL, also behind letters of several bytes', { skip }, async () => {
  await session.run(`select 'äöü', nonsense from air.airports`)
  await page.getByRole('alert').getByText('query.unknown_column').waitFor()
  await page.locator('.cm-lintRange-error').getByText('nonsense', { exact: true }).waitFor()
  await session.inspect('explore-fault')
})

test('cancelling ends the query in the data plane, and the log says so', { skip }, async () => {
  await session.run('select max(a.i * b.i) from range(10000000) a(i), range(10000000) b(i)')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: /^Run/ }).waitFor()
  await session.run('select 7 as after_it')
  await session.grid.getByRole('columnheader', { name: 'after_it' }).waitFor()
  await page.getByRole('button', { name: 'History' }).click()
  await page.getByRole('dialog', { name: 'History' }).getByText('query.cancelled').waitFor()
  await page.keyboard.press('Escape')
  const { stdout } = await session.installation.owner.run(['audit', 'tail'])
  assert.match(stdout, /query\.cancelled/)
})

test('the grid is walked, selected, sorted, copied and read by keyboard alone', { skip }, async () => {
  await session.run(`select i as n, 'v' || (i * 7 % 10) as v, (i * 7 % 10) / 10.0 as d from range(200) t(i)`)
  await session.grid.getByText('v3', { exact: true }).first().waitFor()
  assert.equal(await session.grid.getAttribute('aria-rowcount'), '201')
  await session.grid.focus()
  await page.keyboard.press('Control+Home')
  for (const key of ['ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown']) await page.keyboard.press(key)
  await page.keyboard.press('Control+c')
  await page.getByText('Copied 2 rows × 2 columns').first().waitFor()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'v0\t0.0\nv7\t0.7')
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await session.grid.locator('[aria-sort=ascending]').waitFor()
  assert.equal((await session.cells())[1], 'v0')
  await page.keyboard.press('Control+End')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Value' }).getByText('v9').waitFor()
  assert.equal(
    await page.locator(`[id="${await session.grid.getAttribute('aria-activedescendant')}"]`).innerText(),
    'v9',
  )
  await session.inspect('explore-grid')
  await page.keyboard.press('Escape')
})

test(
  'a result is drawn as the chart that suits it, changed by hand, and downloaded as picture and as rows',
  { skip },
  async () => {
    await session.run(
      `select state, count(*) as airports from air.airports group by all order by airports desc limit 8`,
    )
    await session.grid.getByText('AK').waitFor()
    await session.showAs('Chart')
    await page.getByRole('figure').locator('[data-drawn]').waitFor()
    await page.getByText(/Bar chart: airports by state, 8 from AK/).waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Chart settings' }).click()
    await page.getByRole('button', { name: 'Ring' }).click()
    await page.getByText(/Ring chart: airports by state/).waitFor({ state: 'attached' })
    await session.inspect('explore-chart')
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
    await session.showAs('Table')
  },
)

test('every kind of chart is drawn, or says what it lacks', { skip }, async () => {
  await session.run(`select a::varchar as a, 'b' || b as b, a * b + 1 as n from range(6) s(a), range(5) t(b)`)
  await session.grid.getByText('b0').first().waitFor()
  await session.showAs('Chart')
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
  await session.inspect('explore-heat-map')
  await page.getByRole('button', { name: 'Chart settings' }).click()
  await session.showAs('Table')
})

test('tabs and history are there after a reload, and are ciphertext in the browser’s storage', { skip }, async () => {
  await page.getByRole('button', { name: 'Open another' }).click()
  await page.getByRole('menuitem', { name: 'SQL', exact: true }).click()
  await session.run(`select '${planted}' as again`)
  await session.grid.getByText(planted).waitFor()
  await page.locator('[data-kept=true]').waitFor()
  await page.reload()
  await session.editor.waitFor()
  assert.equal(await session.tabs.getByRole('listitem').count(), 2)
  assert.equal(await session.editor.innerText(), `select '${planted}' as again`)
  await page.getByRole('button', { name: 'History' }).click()
  await page.getByRole('dialog', { name: 'History' }).getByText('after_it').waitFor()
  await session.inspect('explore-history')
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
