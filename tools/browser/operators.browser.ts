/** The operators' own pages, with Chromium's authenticator: a link from the host, a passkey, and each panel. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { OwnerPlace } from './owner-place.ts'
import { refuseWithoutBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
let place: OwnerPlace
let page: Page
let first: Authenticator

before(async () => {
  if (skip !== false) return
  place = await OwnerPlace.start()
  ;({ page } = place)
  first = await addAuthenticator(page, 'internal')
})
after(() => place?.end())

type Authenticator = { readonly answer: (enabled: boolean) => Promise<void> }

/** An authenticator that keeps passkeys, verifies its user, and answers by itself unless it is told not to. */
async function addAuthenticator(where: Page, transport: 'internal' | 'usb'): Promise<Authenticator> {
  const devtools = await where.context().newCDPSession(where)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    async answer(enabled) {
      await devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    },
  }
}

const table = (name: string, where = page) => where.getByRole('table', { name, exact: true })
const button = (name: string, where = page) => where.getByRole('button', { name, exact: true })
/** In the dialog that is open. */
const confirm = (name: string, where = page) =>
  where.getByRole('dialog').getByRole('button', { name, exact: true }).click()
async function show(name: string): Promise<void> {
  await page.getByRole('heading', { level: 2, name, exact: true }).evaluate((heading) => heading.scrollIntoView())
}

function inviteFromHost(): string {
  const { home } = place.fresh
  const roles = ['administration', 'upgrade', 'recovery'].flatMap((role) => ['--role', role])
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
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Grace')
  await page.getByRole('checkbox', { name: 'monitoring' }).check()
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  assert.match(await page.getByTestId('operator-link').innerText(), /\/operators\/enrol#kh_opi_/)
  await page.getByRole('button', { name: 'Done' }).click()
})

test('an invitation that is open is listed, and ends when it is withdrawn', { skip }, async () => {
  await show('Open invitations')
  await place.inspect('operators-invitations')
  await button('Withdraw the invitation of Grace').click()
  await confirm('Withdraw')
  await page.getByText('No open invitations').waitFor()
})

test(
  'a second passkey is added, named, signs in, and is removed; the last one has no button for it',
  { skip },
  async () => {
    await page.getByText('Only one passkey').waitFor()
    assert.equal(await page.getByRole('button', { name: /^Remove Passkey for/ }).count(), 0)
    const second = await addAuthenticator(page, 'usb')
    await first.answer(false)
    await button('Add a passkey').click()
    await page.getByLabel('Name of the passkey').fill('The safe')
    await button('Make the passkey').click()
    await table('Your passkeys').getByText('The safe').waitFor()
    await button('Sign out').click()
    await button('Sign in with a passkey').click()
    await table('Your passkeys').waitFor()
    await second.answer(false)
    await first.answer(true)
    await page.getByRole('button', { name: /^Name Passkey for/ }).click()
    await page.getByLabel('Name of the passkey').fill('The desk')
    await button('Save').click()
    await table('Your passkeys').getByText('The desk').waitFor()
    await show('Your passkeys')
    await place.inspect('operators-passkeys')
    await button('Remove The safe').click()
    await confirm('Remove')
    await page.getByText('Only one passkey').waitFor()
  },
)

test('with a second administrator an invitation and a role wait for the other one', { skip }, async () => {
  const invite = async (who: string): Promise<string> => {
    await button('Invite an operator').click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(who)
    await page.getByRole('checkbox', { name: 'administration' }).check()
    await button('Invite').click()
    const link = await page.getByTestId('operator-link').innerText()
    await button('Done').click()
    return link
  }
  const stranger = await place.openStrangersPage()
  await addAuthenticator(stranger, 'internal')
  await stranger.goto(await invite('Grace'))
  await button('Make the passkey', stranger).click()
  await table('Operators', stranger).waitFor()
  await page.reload()
  await table('Operators').getByText('Grace').waitFor()
  await invite('Linus')
  await button('Roles of Grace').click()
  await page.getByRole('checkbox', { name: 'recovery' }).check()
  await button('Change the roles').click()
  await page.getByText('Asked, not yet done').waitFor()
  await button('Done').click()
  await button('Withdraw: Roles of Grace').waitFor()
  assert.equal(await page.getByRole('button', { name: /^Approve/ }).count(), 0)
  await show('Waiting for a second administrator')
  await place.inspect('operators-requests')
  await stranger.reload()
  await button('Approve: Invite Linus', stranger).click()
  await confirm('Approve', stranger)
  await table('Open invitations', stranger).getByText('Linus').waitFor()
  await button('Decline: Roles of Grace', stranger).click()
  await confirm('Decline', stranger)
  await stranger.getByText('Nothing waits').waitFor()
  await stranger.context().close()
})

test('where an operator is signed in is listed, and the other sessions end at once', { skip }, async () => {
  // The session stays; the browser has lost it.
  await page.context().clearCookies({ name: '__Host-keyhold-operator' })
  await page.reload()
  await button('Sign in with a passkey').click()
  await table('Your sessions').getByText('this one').waitFor()
  await page.getByRole('button', { name: /^End Chrome/ }).waitFor()
  await show('Your sessions')
  await place.inspect('operators-sessions')
  await button('End all others').click()
  await confirm('End them')
  await page.getByRole('button', { name: /^End Chrome/ }).waitFor({ state: 'detached' })
})

test('the installation’s ledger is verified in the browser', { skip }, async () => {
  await page.getByRole('button', { name: /^Log verified in this browser/ }).waitFor()
  await show('Ledger')
  await place.inspect('operators-ledger')
})

test('recovery fetches ciphertext, and is told that it is nothing else', { skip }, async () => {
  await page.goto(place.fresh.installation.url)
  await page.getByRole('link', { name: 'Sample “Clinic”' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Bringing in “Clinic”' }).waitFor()
  await page.getByRole('heading', { level: 1, name: 'Bringing in “Clinic”' }).waitFor({ state: 'detached' })
  await page.goto(`${place.fresh.installation.url}/operators`)
  await page.getByText('Ciphertext only.').waitFor()
  await page.getByRole('combobox', { name: 'Organisation' }).click()
  await page.getByRole('option').first().click()
  const download = page.getByRole('button', { name: /^Download / }).first()
  await download.waitFor()
  await show('Ciphertext')
  await place.inspect('operators-ciphertext')
  const [saved] = await Promise.all([page.waitForEvent('download'), download.click()])
  assert.match(saved.suggestedFilename(), /^[0-9a-f-]{36}\.sealed$/)
  assert.ok(readFileSync(await saved.path()).length > 0)
  await saved.delete()
})

test('an operator is removed, and out at once', { skip }, async () => {
  await button('Remove Grace').click()
  await confirm('Remove')
  await button('Remove Grace').waitFor({ state: 'detached' })
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
