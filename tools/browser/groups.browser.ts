/** CLN-07: groups made by hand, an identity provider connected, and what it changes, in a real browser. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OwnerPlace } from './owner-place.ts'
import { refuseWithoutBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
let place: OwnerPlace
let secret: string

before(async () => {
  if (skip === false) place = await OwnerPlace.start()
})
after(() => place?.end())

type Answer = { readonly status: number; readonly body: { readonly id: string } }

/** What the identity provider sends; the browser is only what carries it. */
function callScim(method: string, path: string, body: object): Promise<Answer> {
  return place.page.evaluate(
    async (call) => {
      const answer = await fetch(`/scim/v2${call.path}`, {
        method: call.method,
        headers: { authorization: `Bearer ${call.secret}`, 'content-type': 'application/scim+json' },
        body: JSON.stringify(call.body),
      })
      return { status: answer.status, body: (await answer.json()) as { id: string } }
    },
    { method, path, body, secret },
  )
}

async function openProvisioning(): Promise<void> {
  await place.goTo('Settings')
  await place.page.getByRole('link', { name: 'Open provisioning' }).click()
  await place.page.getByRole('heading', { level: 1, name: 'Provisioning' }).waitFor()
}

test('an owner makes a group that gives a role, puts a member in and takes them out', { skip }, async () => {
  const { page } = place
  await place.goTo('Members')
  await page.getByText('No groups yet').waitFor()
  await place.inspect('groups-none')
  await page.getByRole('button', { name: 'New group' }).click()
  const form = page.getByRole('dialog', { name: 'New group' })
  await form.getByLabel('Name').fill('Auditors')
  await form.getByRole('combobox', { name: 'Role of its members' }).click()
  await page.getByRole('option', { name: 'auditor' }).click()
  await place.inspect('groups-new')
  await form.getByRole('button', { name: 'Make the group' }).click()
  await page.getByRole('table', { name: 'Groups' }).getByText('Auditors').waitFor()
  await page.getByRole('button', { name: 'Members of Auditors' }).click()
  const members = page.getByRole('dialog', { name: 'Members of Auditors' })
  await members.getByRole('combobox', { name: 'Add a member' }).click()
  await page.getByRole('option', { name: /Ada/ }).click()
  await members.getByRole('button', { name: 'Take out Ada' }).waitFor()
  await place.inspect('groups-members')
  await members.getByRole('button', { name: 'Take out Ada' }).click()
  await members.getByText('Nobody is in this group yet.').waitFor()
  await members.getByRole('button', { name: 'Done' }).click()
})

test('CLN-07: a token for the identity provider is shown once, and its calls are seen', { skip }, async () => {
  const { page } = place
  await openProvisioning()
  await page.getByText('No identity provider is connected').waitFor()
  await place.inspect('provisioning-none')
  await page.getByRole('button', { name: 'New token' }).click()
  await page.getByLabel('Name').fill('Example IdP')
  await page.getByRole('button', { name: 'Make the token' }).click()
  secret = await page.getByTestId('provisioning-token').innerText()
  assert.match(secret, /^kh_prv_/)
  await place.inspect('provisioning-token')
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('table', { name: 'Provisioning tokens' }).getByText('never').waitFor()
  const made = await callScim('POST', '/Users', { userName: 'vera@example.org', displayName: 'Vera' })
  assert.equal(made.status, 201)
  const members = [{ value: made.body.id }]
  assert.equal((await callScim('POST', '/Groups', { displayName: 'Sales', members })).status, 201)
  await openProvisioning()
  await page.getByRole('table', { name: 'Provisioned members' }).getByText('Vera').waitFor()
  assert.equal(await page.getByRole('table', { name: 'Provisioning tokens' }).getByText('never').count(), 0)
  await place.inspect('provisioning')
})

test('CLN-07: the organisation gives the provider’s group a role, and sees who has it by that', { skip }, async () => {
  const { page } = place
  await place.goTo('Members')
  await page.getByText('kept by your identity provider').waitFor()
  await page.getByRole('button', { name: 'Change Sales' }).click()
  const form = page.getByRole('dialog', { name: 'Change Sales' })
  await form.getByRole('combobox', { name: 'Role of its members' }).click()
  await page.getByRole('option', { name: 'analyst' }).click()
  await form.getByRole('button', { name: 'Save' }).click()
  await page.getByText('by a group; viewer otherwise').waitFor()
  await place.inspect('groups')
})

test('an ended token is refused from then on', { skip }, async () => {
  const { page } = place
  await openProvisioning()
  await page.getByRole('button', { name: 'End Example IdP' }).click()
  await page.getByRole('button', { name: 'End it' }).click()
  await page.getByRole('table', { name: 'Provisioning tokens' }).getByText('ended').waitFor()
  assert.equal((await callScim('POST', '/Users', { userName: 'late@example.org' })).status, 401)
})
