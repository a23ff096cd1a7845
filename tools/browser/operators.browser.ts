/** The operators' own pages, with Chromium's authenticator: a link from the host, a passkey, and each panel. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
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
  await addAuthenticator(page)
})
after(() => place?.end())

/** A platform authenticator that keeps passkeys, verifies its user and answers by itself. */
async function addAuthenticator(where: Page): Promise<void> {
  const devtools = await where.context().newCDPSession(where)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

function inviteFromHost(): string {
  const { home } = place.fresh
  const roles = ['administration', 'upgrade'].flatMap((role) => ['--role', role])
  const command = ['tools/operators.ts', 'invite', '--name', 'Ada Operator', ...roles, '--home', home]
  const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  const link = /https:\S+/.exec(stdout)?.[0]
  assert.ok(link, stderr)
  return link
}

test('DAT-06: a link made on the host enrols the first operator with a passkey', { skip }, async () => {
  await page.goto(inviteFromHost())
  await page.getByText('Ada Operator, you will have').waitFor()
  await place.inspect('operators-enrol')
  await page.getByRole('button', { name: 'Make the passkey' }).click()
  await page.getByRole('table', { name: 'Operators' }).getByText('Ada Operator').waitFor()
  await page.getByRole('table', { name: 'Ledger' }).getByText('became an operator').waitFor()
})

test('KEB-18: what the organisation named is nowhere on the page', { skip }, async () => {
  await page.getByRole('table', { name: 'Organisations' }).waitFor()
  const text = await page.getByRole('main').innerText()
  for (const name of ['Analytical Engines', 'First project', 'ada@example.org']) assert.ok(!text.includes(name), name)
  await place.inspect('operators')
})

test('signing out leads to the sign-in, and the passkey alone leads back', { skip }, async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
  await place.inspect('operators-sign-in')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('heading', { level: 2, name: 'Health' }).waitFor()
})

test('an organisation is made, suspended and let in again', { skip }, async () => {
  await page.getByRole('button', { name: 'Make an organisation' }).click()
  await page.getByLabel('Label').fill('Customer Ltd')
  await page.getByRole('button', { name: 'Make it' }).click()
  await page.getByText('kh_enrol_').waitFor()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Suspend Customer Ltd' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
  await page.getByRole('button', { name: 'Resume Customer Ltd' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('button', { name: 'Suspend Customer Ltd' }).waitFor()
})

test('an operator of administration invites another one by a link that is shown once', { skip }, async () => {
  await page.getByRole('button', { name: 'Invite an operator' }).click()
  await page.getByLabel('Name').fill('Grace')
  await page.getByRole('checkbox', { name: 'monitoring' }).check()
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  assert.match(await page.getByTestId('operator-link').innerText(), /\/operators\/enrol#kh_opi_/)
  await page.getByRole('button', { name: 'Done' }).click()
})

test('announced work is shown to members on every page', { skip }, async () => {
  await page.getByRole('button', { name: 'Announce work' }).click()
  await page.getByLabel('What happens').fill('A new version')
  await page.getByLabel('From').fill('2099-01-01T10:00')
  await page.getByLabel('Until').fill('2099-01-01T11:00')
  await page.getByRole('button', { name: 'Announce', exact: true }).click()
  await page.getByRole('button', { name: 'Take back' }).waitFor()
})

test('the member of the same browser is still signed in as a member', { skip }, async () => {
  await page.goto(place.fresh.installation.url)
  await page.getByRole('heading', { level: 1, name: 'First project' }).waitFor()
  await page.getByText('A new version').waitFor()
  await place.inspect('maintenance')
})

test(
  'KH-01: a further organisation’s link opens its own form, with the custody of its own data plane',
  { skip },
  async () => {
    const digest = 'A'.repeat(43)
    const link = `o=01890000-0000-7000-8000-000000000001&s=${digest}&a=${digest}&p=${digest}&c=yours`
    await page.getByRole('button', { name: 'Custody: demo. What it promises' }).waitFor()
    await page.goto(`${place.fresh.installation.url}/setup#${link}`)
    await page.getByRole('heading', { name: 'Custody: yours' }).waitFor()
    await page.getByLabel('First project').waitFor()
  },
)
