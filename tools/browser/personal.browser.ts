/** Personal data and the log in the hands of the person: the notice, views, exports, SQL, taking away, being erased. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { connectAsAdministrator } from '../scan/holdings.ts'
import { owner, OwnerPlace } from './owner-place.ts'
import { refuseWithoutBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false

let place: OwnerPlace
let page: Page
let asked = 0

before(async () => {
  if (skip !== false) return
  place = await OwnerPlace.start(async (started) => {
    asked += 1
    const dialog = started.page.getByRole('dialog', { name: 'What is kept about you' })
    // Nothing but an answer ends it.
    await started.page.keyboard.press('Escape')
    assert.equal(await dialog.isVisible(), true)
    await started.inspect('consent')
  })
  ;({ page } = place)
})
after(() => place?.end())

/** The text of the file that a click downloads, and its name. */
async function download(button: string): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()])
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
}

test('CLN-08: the notice is asked for once, and the answer is in the log', { skip }, async () => {
  assert.equal(asked, 1)
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'First project' }).waitFor()
  await place.goTo('Audit')
  await page.getByText('agreed to the notice about personal data').waitFor()
  assert.equal(await page.getByRole('dialog', { name: 'What is kept about you' }).count(), 0)
})

test('a filter of the log is kept as a view, and found again', { skip }, async () => {
  await page.getByLabel('Search the log').fill('notice')
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByText('No view is saved yet').waitFor()
  await place.inspect('audit-views-empty')
  await page.getByRole('button', { name: 'Save this filter' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save this filter' })
  await dialog.getByLabel('Title').fill('Who agreed')
  await place.inspect('audit-view-save')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByLabel('Clear the search').click()
  await page.getByRole('button', { name: 'Views' }).click()
  const view = page.getByRole('button', { name: 'Who agreed', exact: true })
  await view.waitFor()
  await place.inspect('audit-views')
  await view.click()
  await page.waitForFunction(() => location.hash.includes('notice'))
  assert.equal(await page.getByLabel('Search the log').inputValue(), 'notice')
})

test('CLU-13: what the page lists is exported as OCSF events and as CSV', { skip }, async () => {
  await page.getByRole('button', { name: 'Export' }).click()
  await place.inspect('audit-export')
  const events = await download('entries that are listed')
  assert.match(events.name, /\.ndjson$/)
  const lines = events.text.trim().split('\n')
  const operations = lines.map((line) => (JSON.parse(line) as { api: { operation: string } }).api.operation)
  assert.deepEqual([...new Set(operations)], ['consent.give'])
  await page.getByText('CSV', { exact: true }).click()
  const table = await download('entries that are listed')
  const [header, row] = table.text.trim().split('\r\n')
  assert.ok(header?.startsWith('index,time,outcome,action'))
  assert.ok(row?.includes(',success,consent.give,'))
  await page.keyboard.press('Escape')
})

test('DAT-02: the log is asked with SQL in the same editor, which knows its columns', { skip }, async () => {
  await place.goTo('Tables')
  await page.getByText('The log is a table as well').waitFor()
  await place.inspect('tables-with-log')
  await place.goTo('Explore')
  const audit = page.getByRole('navigation', { name: 'Tables and columns' }).getByRole('button', { name: /^audit/ })
  await audit.click()
  await page.getByRole('button', { name: /^actor_kind/ }).waitFor()
  const editor = page.getByRole('textbox', { name: 'SQL' })
  await editor.fill(`select action, count(*) as n from system.audit where action = 'consent.give' group by action`)
  await editor.press('Control+Enter')
  const result = page.getByRole('grid', { name: 'Result' })
  await result.getByRole('gridcell', { name: 'consent.give' }).waitFor()
  await place.inspect('explore-log')
})

test(
  'CLN-08: a person takes away what is kept about them, and sets how long addresses are kept',
  { skip },
  async () => {
    await place.goTo('Settings')
    await page.getByText('You agreed to the notice of').waitFor()
    await page.getByLabel('Addresses in the log are erased after (days)').fill('90')
    await page.getByRole('button', { name: 'Keep this period' }).click()
    await page.getByText('For everyone in the organisation').waitFor()
    await place.inspect('settings-your-data')
    const { name, text } = await download('Download my data')
    assert.equal(name, 'keyhold-my-data.json')
    const data = JSON.parse(text) as { account: { email: string }; entries: { entry: { action: string } }[] }
    assert.equal(data.account.email, owner.email)
    assert.ok(data.entries.some(({ entry }) => entry.action === 'privacy.change'))
  },
)

test(
  'CLN-08: the last owner is told why not; with another one there, a person is erased and signed out',
  { skip },
  async () => {
    await page.getByRole('button', { name: 'Erase me' }).click()
    const dialog = page.getByRole('dialog', { name: 'Erase everything about you?' })
    const erase = dialog.getByRole('button', { name: 'Erase me' })
    assert.equal(await erase.isDisabled(), true)
    await dialog.getByLabel(`Type ${owner.email} to confirm`).fill(owner.email)
    await place.ageSession()
    await erase.click()
    // Nobody is erased by who sits down at an open session.
    const proof = page.getByRole('dialog', { name: 'Is it still you?' })
    await proof.getByLabel('Password').first().fill(owner.password)
    await proof.getByRole('button', { name: 'Go on' }).click()
    await dialog.getByText('person.last_owner').waitFor()
    await place.inspect('erase-refused')
    const database = await connectAsAdministrator(place.fresh.home)
    await database.query(
      `insert into people (organisation, id, email_sealed, email_lookup, password_hash, role, created)
     select organisation, gen_random_uuid(), email_sealed, '\\x00', password_hash, 'owner', now() from people`,
    )
    await erase.click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    const { rows } = await database.query<{ left: string }>('select count(*) as left from sessions')
    await database.end()
    assert.equal(rows[0]?.left, '0')
    await page.getByLabel('E-mail address').fill(owner.email)
    await page.getByLabel('Password').first().fill(owner.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('sign_in.refused').waitFor()
    assert.deepEqual(place.watch.faults, [])
  },
)
