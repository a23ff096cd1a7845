/** What an owner does beside asking questions: tokens, tables, jobs, settings, the log; and what the operator sees of it. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { connectAsAdministrator } from '../scan/holdings.ts'
import type { Shell } from '../testing/shell.ts'
import { OwnerPlace, owner } from './owner-place.ts'
import { refuseWithoutBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
const planted = 'zwetschgenkuchen'

let place: OwnerPlace
let page: Page
let program: Shell

before(async () => {
  if (skip !== false) return
  place = await OwnerPlace.start()
  ;({ page } = place)
})
after(() => place?.end())

function writeCsv(name: string, text: string): string {
  const path = join(place.fresh.folder, name)
  writeFileSync(path, text)
  return path
}

test('KEB-03: a token made in the browser is shown once, and a program works with it', { skip }, async () => {
  await place.goTo('Tokens')
  await page.getByRole('button', { name: 'New token' }).click()
  const form = page.getByRole('dialog', { name: 'New token' })
  await form.getByLabel('Name').fill('nightly loader')
  await form.getByLabel('Another bucket').fill('kitchen')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await place.inspect('token-form')
  await form.getByRole('button', { name: 'Make the token' }).click()
  await page.getByTestId('token').waitFor()
  await place.inspect('token-shown')
  program = await place.openProgram('program')
  const cakes = writeCsv('recipes.csv', `id,name,price\n1,${planted},3.50\n2,gugelhupf,4.25\n3,,1.00\n`)
  await program.json(['upload', cakes, 'kitchen.cakes'])
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('table', { name: 'Tokens' }).getByText('nightly loader').waitFor()
  await page.getByRole('table', { name: 'Devices' }).getByText('this browser').waitFor()
  await place.inspect('tokens')
})

test('a table is found by one of its columns, and its rows are opened in the browser', { skip }, async () => {
  await place.goTo('Tables')
  await page.getByLabel('Find a table').fill('price')
  await place.inspect('tables')
  await page.getByRole('link', { name: 'kitchen.cakes' }).click()
  await page.getByRole('heading', { level: 1, name: 'kitchen.cakes' }).waitFor()
  await page.getByRole('gridcell', { name: planted }).waitFor()
  await place.inspect('table-preview')
})

test('a column is described for others, and the description is there after a reload', { skip }, async () => {
  await page.getByRole('tab', { name: 'Columns' }).click()
  const about = page.getByLabel('Description of price')
  await about.fill('Euros, with tax')
  const saved = page.waitForResponse((answer) => answer.url().endsWith('/requests'))
  await about.blur()
  await saved
  await page.reload()
  await page.getByLabel('Description of price').filter({ hasText: 'Euros, with tax' }).waitFor()
  await place.inspect('table-columns')
})

test('KH-13: a profile shows what is in each column', { skip }, async () => {
  await page.getByRole('tab', { name: 'Profile' }).click()
  const name = page.getByRole('region', { name: 'name', exact: true })
  await name.getByText('1 (33 %)').waitFor()
  await name.getByText(planted).waitFor()
  await place.inspect('table-profile')
})

test('KH-02: a table’s history is checked with the data plane’s own key', { skip }, async () => {
  const more = writeCsv('more.csv', 'id,name,price\n4,linzer,2.00\n')
  await program.json(['upload', more, 'kitchen.cakes', '--mode', 'append'])
  await page.reload()
  await page.getByRole('tab', { name: 'History' }).click()
  const states = page.getByRole('table', { name: 'States of the table, newest first' })
  await states.getByText('(+1)').waitFor()
  assert.equal(await states.getByText('verified').count(), 2)
  assert.equal(await states.getByText('nightly loader').count(), 2)
  await place.inspect('table-history')
})

test('jobs come and fail while one looks, with the line, the rule and the remedy', { skip }, async () => {
  await place.goTo('Jobs')
  await page.getByRole('table', { name: 'Jobs, newest first' }).waitFor()
  const broken = writeCsv('broken.csv', 'id,name\n1,"never ends\n')
  const { code } = await program.run(['upload', broken, 'kitchen.broken'])
  assert.notEqual(code, 0)
  await page.getByRole('button', { name: 'Import into kitchen.broken' }).click()
  const details = page.getByRole('dialog', { name: 'Import into kitchen.broken' })
  await details.getByText('unterminated_quote', { exact: true }).waitFor()
  await details.getByText('import.bad_row').waitFor()
  await place.inspect('job')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Import into kitchen.cakes' }).last().click()
  await page.getByRole('region', { name: 'What was found in the file' }).getByText('recipes.csv').waitFor()
  await place.inspect('job-report')
  await page.keyboard.press('Escape')
  await page.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Failed' }).click()
  await place.inspect('jobs')
})

test('CLU-13, KEB-19: the log is searched as one types, by the names of things', { skip }, async () => {
  await place.goTo('Audit')
  const entries = page.getByRole('list', { name: 'Entries, newest first' })
  await entries.getByRole('listitem').first().waitFor()
  await page.getByLabel('Search the log').fill('kitchen.cakes signed')
  await page.waitForFunction(() => document.querySelectorAll('[aria-label="Entries, newest first"] li').length === 2)
  await entries.getByText('signed a new state of').first().waitFor()
  await place.inspect('audit')
  await page.getByLabel('Search the log').fill('nothing like this')
  await page.getByText('No entry matches').waitFor()
  await page.getByLabel('Search the log').fill('')
})

test('KH-02: an entry’s proof is verified in the browser and drawn', { skip }, async () => {
  await page.getByLabel('Search the log').fill('made the token')
  await page.getByRole('button', { name: 'made the token nightly loader' }).click()
  const entry = page.getByRole('dialog', { name: /Entry/ })
  await entry.getByText('Verified in your browser').waitFor()
  await entry.getByRole('img', { name: /hashed with \d+ others up to the root/ }).waitFor()
  await place.inspect('audit-entry')
  await entry.getByRole('tab', { name: 'Exact text' }).click()
  await entry.getByText('"action":"token.create"').waitFor()
  await place.inspect('audit-entry-text')
  await page.keyboard.press('Escape')
})

test('KH-02: the log that the browser exports verifies offline', { skip }, async () => {
  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /^Download .*\.ndjson/ }).click(),
  ])
  const path = join(place.fresh.folder, 'log.ndjson')
  await download.saveAs(path)
  await place.inspect('audit-export')
  await page.keyboard.press('Escape')
  const { ok, entries } = await program.json<{ ok: boolean; entries: number }>(['audit', 'verify', path])
  assert.ok(ok && entries > 50)
})

test('a project is renamed, and a new one has keys of its own', { skip }, async () => {
  await place.goTo('Settings')
  await page.getByText('Signed by your anchor, checked in this browser').waitFor()
  await page.getByText(place.fresh.installation.anchorFingerprint).waitFor()
  await page.getByText(place.fresh.installation.authority).waitFor()
  await place.inspect('settings')
  await page.getByLabel('Name', { exact: true }).fill('Bakery')
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('button', { name: 'Bakery' }).waitFor()
  await page.getByRole('button', { name: 'New project' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Second')
  await page.getByRole('button', { name: 'Make the project' }).click()
  await page.getByRole('heading', { level: 1, name: 'Second' }).waitFor()
  await place.goTo('Settings')
  await page.getByText('Signed by your anchor, checked in this browser').waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'Second' }).click()
  await page.getByRole('menuitem', { name: 'Bakery' }).click()
  await page.getByRole('heading', { level: 1, name: 'Bakery' }).waitFor()
})

test('CLN-09: the inventory says of every field where it is, under which key and for how long', { skip }, async () => {
  await place.goTo('Settings')
  await page.getByRole('link', { name: 'Open the inventory' }).click()
  await page.getByLabel('Find a field').fill('e-mail')
  await page.getByRole('region', { name: 'Database table people' }).getByText('email_sealed').waitFor()
  await place.inspect('inventory')
})

test('KH-11: another browser is endorsed by this one, and can do what it could not before', { skip }, async () => {
  const other = await place.openOtherBrowser()
  await other.getByRole('note').getByText('This browser is not endorsed yet').waitFor()
  const code = await other.getByText(/^kd2\./).innerText()
  const mark = await other.getByRole('note').locator('p').last().innerText()
  await place.goTo('Tokens')
  await page.getByRole('button', { name: 'Endorse a device' }).click()
  await page.getByLabel('Code of the new device').fill(code)
  await page.getByRole('dialog').getByText(mark, { exact: true }).waitFor()
  await place.inspect('device-endorse')
  await page.getByRole('button', { name: 'They are the same: endorse it' }).click()
  await page.getByRole('cell', { name: 'endorsed' }).waitFor()
  await other.reload()
  await other.getByText('this browser').waitFor()
  assert.equal(await other.getByRole('note').count(), 0)
  await other.context().close()
})

const places = ['Home', 'Explore', 'Dashboards', 'Tables', 'Jobs', 'Audit', 'Tokens', 'Settings']

test('KH-01: on every page the operator sees names, sizes and ciphertext, and no value', { skip }, async () => {
  await place.goTo('Tables')
  await page.getByRole('link', { name: 'kitchen.cakes' }).click()
  await page.getByRole('gridcell', { name: planted }).waitFor()
  await page.getByRole('switch', { name: 'Operator’s view' }).click()
  const seen = page.getByTestId('operator-page')
  await seen.getByRole('list', { name: 'Columns, in clear' }).getByText('price').waitFor()
  await seen.getByRole('listitem').filter({ hasText: 'A question' }).first().waitFor()
  await place.inspect('operator-table')
  assert.ok(!(await seen.textContent())?.includes(planted))
  for (const name of places) {
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name, exact: true }).click()
    await seen.getByRole('heading', { level: 1, name, exact: true }).waitFor()
    await seen
      .getByRole('region', { name: /^Database table/ })
      .first()
      .waitFor()
    await place.inspect(`operator-${name.toLowerCase()}`)
    const shown = (await seen.textContent()) ?? ''
    assert.ok(!shown.includes(planted) && !shown.includes('recipes.csv') && !shown.includes('Euros'), name)
  }
  await page.getByRole('switch', { name: 'Operator’s view' }).click()
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
})

test('KEB-03: a revoked token works no more', { skip }, async () => {
  await place.goTo('Tokens')
  await page.getByRole('button', { name: 'Revoke nightly loader' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('cell', { name: 'revoked' }).waitFor()
  const { code } = await program.run(['query', 'select 1'])
  assert.notEqual(code, 0)
})

test(
  'KEB-15: a table is deleted once its name was typed and the sign-in is fresh, and is gone from the list',
  { skip },
  async () => {
    await place.goTo('Tables')
    await page.getByRole('link', { name: 'kitchen.cakes' }).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete kitchen.cakes?' })
    const remove = dialog.getByRole('button', { name: 'Delete the table' })
    assert.ok(await remove.isDisabled())
    await dialog.getByLabel('Type kitchen.cakes to confirm').fill('kitchen.cakes')
    await place.inspect('table-delete')
    await place.ageSession()
    await remove.click()
    const proof = page.getByRole('dialog', { name: 'Is it still you?' })
    await proof.getByLabel('Password').first().fill(owner.password)
    await proof.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('heading', { level: 1, name: 'Tables' }).waitFor()
    await page.getByRole('link', { name: 'kitchen.cakes' }).waitFor({ state: 'detached' })
  },
)

test('KH-02: an entry altered in the database turns the badge red and is named', { skip }, async () => {
  await page.getByRole('button', { name: 'Log verified in this browser' }).waitFor()
  const database = await connectAsAdministrator(place.fresh.home)
  const { rows } = await database.query<{ index: string }>(
    `update ledger_entries set entry = replace(entry, '"outcome":"success"', '"outcome":"denied"')
     where index = (select min(index) from ledger_entries where action = 'token.create') returning index`,
  )
  await database.end()
  const index = Number(rows[0]?.index)
  await page.reload()
  await page.getByRole('button', { name: `log altered: Entry ${index} was altered` }).click()
  await page.getByText('ledger.entry_altered').first().waitFor()
  await place.inspect('log-altered')
  await page.getByRole('link', { name: `Show entry ${index}` }).click()
  const entry = page.getByRole('dialog', { name: `Entry ${index}` })
  await entry.getByRole('alert').getByText(`Entry ${index} was altered`).waitFor()
  await place.inspect('audit-altered')
})
