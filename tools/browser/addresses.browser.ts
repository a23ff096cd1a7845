/** From where one may call, and what tokens are limited to: set in the browser, held to by the server. */
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { OwnerPlace } from './owner-place.ts'
import { refuseWithoutBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
let place: OwnerPlace
let page: Page

before(async () => {
  if (skip !== false) return
  place = await OwnerPlace.start()
  ;({ page } = place)
})
after(() => place?.end())

test(
  'AIV-06: allowed addresses are set in the settings; a list that shuts oneself out is asked about',
  { skip },
  async () => {
    await place.goTo('Settings')
    const whole = page.getByLabel('The whole organisation', { exact: true })
    await whole.fill('192.0.2.0/24')
    await page.getByRole('button', { name: 'Save: The whole organisation' }).click()
    const question = page.getByRole('dialog', { name: 'Shut yourself out?' })
    await question.getByRole('button', { name: 'Set it anyway' }).waitFor()
    await place.inspect('addresses-question')
    await question.getByRole('button', { name: 'Cancel' }).click()
    await whole.fill('127.0.0.0/8, ::1')
    const saved = page.waitForResponse((answer) => answer.request().method() === 'PUT' && answer.ok())
    await page.getByRole('button', { name: 'Save: The whole organisation' }).click()
    await saved
    await page.reload()
    await page.getByText('127.0.0.0/8').waitFor()
    await whole.fill('everywhere')
    await page.getByRole('button', { name: 'Save: The whole organisation' }).click()
    await page.getByText('addresses.malformed').waitFor()
    await place.inspect('addresses')
  },
)

test('KEB-03: a token is limited to questions and addresses, and its successor is shown once', { skip }, async () => {
  await place.goTo('Tokens')
  await page.getByRole('button', { name: 'New token' }).click()
  const form = page.getByRole('dialog', { name: 'New token' })
  await form.getByLabel('Name').fill('asker')
  await form.getByLabel('Another bucket').fill('kitchen')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await form.getByRole('combobox', { name: 'For', exact: true }).click()
  await page.getByRole('option', { name: 'Questions only' }).click()
  await form.getByLabel('Works from').fill('127.0.0.1')
  await place.inspect('token-limits')
  await form.getByRole('button', { name: 'Make the token' }).click()
  const first = await page.getByTestId('token').innerText()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByText('for questions only').waitFor()
  await page.getByRole('button', { name: 'Rotate asker' }).click()
  await page.getByRole('dialog', { name: 'Rotate asker?' }).getByRole('button', { name: 'Rotate' }).click()
  await page.getByRole('dialog', { name: 'asker has a successor' }).waitFor()
  const second = await page.getByTestId('token').innerText()
  if (first === second) throw new Error('the successor has a secret of its own')
  await place.inspect('token-successor')
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('button', { name: 'Rotate asker' }).nth(1).waitFor()
  await place.inspect('tokens-rotated')
})
