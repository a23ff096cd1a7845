/** From an invitation to a colleague who sees the dashboard and can change nothing, in two real browsers. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { connectAsAdministrator } from '../scan/holdings.ts'
import { startFreshInstallation, type FreshInstallation } from '../testing/shell.ts'
import { findViolations } from './accessibility.ts'
import { agreeToNotice } from './agree-to-notice.ts'
import { claimInBrowser } from './claim-in-browser.ts'
import { watchPage, type PageWatch } from './page-watch.ts'
import { inEachForm, takePicture } from './screenshots.ts'
import { openTrustedBrowser, refuseWithoutBrowser, type TrustedBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
const title = 'Five years of a clinic'
const invited = 'vera@example.org'

type Watched = { readonly page: Page; readonly watch: PageWatch }

let fresh: FreshInstallation
let chromium: TrustedBrowser
let owner: Watched
let viewer: Watched
let link: string

before(async () => {
  if (skip !== false) return
  fresh = await startFreshInstallation()
  chromium = await openTrustedBrowser(join(fresh.home, 'control', 'tls', 'authority.pem'))
  owner = await openPage()
  await claimInBrowser(owner.page, fresh.installation.setupLink ?? '', 'Clinic')
  await owner.page.getByRole('button', { name: 'Go to the project' }).click()
  await owner.page.getByRole('heading', { level: 1, name: title }).waitFor({ timeout: 60_000 })
})
after(async () => {
  await chromium?.close()
  await fresh?.end()
})

/** A browser that knows nothing. */
async function openPage(): Promise<Watched> {
  const context = await chromium.browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  return { page, watch: watchPage(page, fresh.installation.url) }
}

async function inspect({ page, watch }: Watched, name: string): Promise<void> {
  await page.mouse.move(2, 2)
  const found = new Map<string, string>()
  await inEachForm(page, async (form) => {
    await takePicture(page, `${name}-${form}`)
    for (const violation of await findViolations(page)) found.set(violation, form)
  })
  assert.equal(found.size, 0, [...found].map(([violation, form]) => `${form}: ${violation}`).join('\n'))
  assert.deepEqual(watch.faults, [])
}

const place = ({ page }: Watched, name: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name, exact: true })

async function goTo(where: Watched, name: string): Promise<void> {
  await place(where, name).click()
  await where.page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
}

test('an owner invites somebody, and the link is shown once', { skip }, async () => {
  const { page } = owner
  await goTo(owner, 'Members')
  await page.getByRole('table', { name: 'Members' }).getByText('you').waitFor()
  await page.getByText('No open invitations').waitFor()
  await inspect(owner, 'members')
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const form = page.getByRole('dialog', { name: 'Invite somebody' })
  await form.getByLabel('E-mail address').fill(invited)
  await inspect(owner, 'members-invite')
  await form.getByRole('button', { name: 'Invite' }).click()
  link = await page.getByTestId('invitation').innerText()
  await inspect(owner, 'members-link')
  await page.getByRole('button', { name: 'I have passed it on' }).click()
  await page.getByRole('table', { name: 'Invitations' }).getByText(invited).waitFor()
})

test('the link works with the invited address only, and pins the anchor', { skip }, async () => {
  viewer = await openPage()
  const { page } = viewer
  await page.goto(link)
  await page.getByRole('heading', { level: 1, name: 'You are invited' }).waitFor()
  await page.getByLabel('Your name').fill('Vera')
  await page.getByLabel('Password', { exact: false }).first().fill('nine slow barges drift')
  await page.getByLabel('E-mail address').fill('somebody@example.org')
  await page.getByRole('button', { name: 'Join' }).click()
  await page.getByText('invitation.refused').waitFor()
  viewer.watch.faults.length = 0
  await inspect(viewer, 'invitation')
  await page.getByLabel('E-mail address').fill(invited)
  await page.getByRole('button', { name: 'Join' }).click()
  await page.getByRole('heading', { level: 1, name: 'First project' }).waitFor()
  assert.ok(!page.url().includes('kh_inv'))
  await agreeToNotice(page)
})

test('KH-11: the owner endorses the new device, seeing whose it is and as what', { skip }, async () => {
  await goTo(viewer, 'Tokens')
  const note = viewer.page.getByRole('note')
  const code = await note.getByText(/^kd2\./).innerText()
  const mark = await note.locator('p').last().innerText()
  await goTo(owner, 'Tokens')
  const { page } = owner
  await page.getByRole('button', { name: 'Endorse a device' }).click()
  await page.getByLabel('Code of the new device').fill(code)
  const dialog = page.getByRole('dialog')
  await dialog.getByText(mark, { exact: true }).waitFor()
  await dialog.getByText(`Vera, ${invited}: viewer.`).waitFor()
  await inspect(owner, 'members-endorse')
  await page.getByRole('button', { name: 'They are the same: endorse it' }).click()
  await page.getByRole('table', { name: 'Devices' }).getByText('Vera').waitFor()
  await viewer.page.reload()
  await viewer.page.getByText('this browser').waitFor()
  await inspect(viewer, 'viewer-tokens')
})

test('CLU-11: a viewer makes a token of the own, which reads, is shown once and is ended again', { skip }, async () => {
  const { page } = viewer
  await page.getByRole('button', { name: 'New token' }).click()
  const form = page.getByRole('dialog', { name: 'New token' })
  await form.getByLabel('Name').fill('my notebook')
  const access = form.getByRole('radiogroup').first()
  assert.equal(await access.getByText('Write').count(), 0)
  await access.getByText('Read').click()
  await inspect(viewer, 'viewer-token-form')
  await form.getByRole('button', { name: 'Make the token' }).click()
  await page.getByTestId('token').waitFor()
  assert.match(await page.getByTestId('token').innerText(), /^kh_usr_/)
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('table', { name: 'Tokens' }).getByText('your own').waitFor()
  await page.getByRole('button', { name: 'Revoke my notebook' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('revoked').waitFor()
  assert.deepEqual(viewer.watch.faults, [])
})

test('KEB-16: a viewer sees the dashboard and its figures, and is offered no change', { skip }, async () => {
  const { page } = viewer
  await goTo(viewer, 'Dashboards')
  assert.equal(await page.getByRole('button', { name: 'New dashboard' }).count(), 0)
  await page.getByRole('link', { name: title }).click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  await page.waitForFunction(() => document.querySelectorAll('[data-drawn="true"]').length >= 2)
  assert.equal(await page.getByRole('button', { name: 'Edit' }).count(), 0)
  await inspect(viewer, 'viewer-dashboard')
})

test('KEB-16: a viewer cannot upload: no page offers it, and the address says why', { skip }, async () => {
  const { page } = viewer
  await goTo(viewer, 'Tables')
  await page.getByRole('table', { name: 'Tables' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Bring files' }).count(), 0)
  await inspect(viewer, 'viewer-tables')
  assert.equal(await place(viewer, 'Audit').count(), 0)
  await page.goto(page.url().replace(/\/tables.*$/, '/import'))
  await page.getByText('Your role brings no files').waitFor()
  await inspect(viewer, 'viewer-import')
  for (const name of ['Home', 'Explore', 'Jobs', 'Members', 'Settings']) {
    await place(viewer, name).click()
    await page.getByRole('heading', { level: 1, name: name === 'Home' ? 'First project' : name }).waitFor()
    await page.waitForFunction(
      () =>
        !Array.from(document.querySelectorAll('[role=status]')).some((each) => each.textContent.includes('Loading')),
    )
    await inspect(viewer, `viewer-${name.toLowerCase()}`)
  }
})

test('another role holds at the server and on the roster', { skip }, async () => {
  const { page } = owner
  await goTo(owner, 'Members')
  await page.getByRole('button', { name: 'Change the role of Vera' }).click()
  const dialog = page.getByRole('dialog', { name: 'The role of Vera' })
  await dialog.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: 'analyst' }).click()
  await inspect(owner, 'members-role')
  await dialog.getByRole('button', { name: 'Change the role' }).click()
  await page.getByRole('table', { name: 'Members' }).getByRole('cell', { name: 'analyst' }).waitFor()
  await viewer.page.reload()
  await goTo(viewer, 'Dashboards')
  await viewer.page.getByRole('button', { name: 'New dashboard' }).click()
  await viewer.page.getByRole('button', { name: 'Save' }).first().waitFor()
})

test('an owner asks before signing a member out everywhere', { skip }, async () => {
  const { page } = owner
  await page.getByRole('button', { name: 'Sign out Vera everywhere' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sign Vera out everywhere?' })
  await dialog.getByRole('button', { name: 'Sign out' }).waitFor()
  await inspect(owner, 'members-sign-out')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
})

test('CLU-11: who is removed is signed out, and the device is off the roster', { skip }, async () => {
  const { page } = owner
  await makeTokenOf(invited, 'nightly load')
  await page.getByRole('button', { name: 'Remove Vera' }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove Vera?' })
  await dialog.getByText('nightly load').waitFor()
  await inspect(owner, 'members-remove')
  assert.equal(await dialog.getByLabel('End 1 token that they made for programs, too').isChecked(), false)
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('button', { name: 'Remove Vera' }).waitFor({ state: 'detached' })
  await viewer.page.goto(fresh.installation.url)
  await viewer.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await goTo(owner, 'Tokens')
  await page.getByRole('table', { name: 'Devices' }).waitFor()
  await page.getByRole('table', { name: 'Devices' }).getByText('endorsed').waitFor({ state: 'detached' })
  await page.getByText('1 token was made by somebody who is no member any more').waitFor()
  await page.getByRole('table', { name: 'Tokens' }).getByText('made by somebody who is no member').waitFor()
  await inspect(owner, 'tokens-of-gone')
})

/** A token of a program, as if the member had made it when the role allowed that. */
async function makeTokenOf(email: string, name: string): Promise<void> {
  const { page } = owner
  await goTo(owner, 'Tokens')
  await page.getByRole('button', { name: 'New token' }).click()
  const form = page.getByRole('dialog', { name: 'New token' })
  await form.getByLabel('Name').fill(name)
  await form.getByRole('radiogroup').first().getByText('Read').click()
  await form.getByRole('button', { name: 'Make the token' }).click()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  const { people } = await page.evaluate(
    async () => (await fetch('/v1/people')).json() as Promise<{ people: { id: string; email: string }[] }>,
  )
  const database = await connectAsAdministrator(fresh.home)
  const maker = people.find((person) => person.email === email)?.id
  await database.query('UPDATE tokens SET created_by = $1 WHERE name = $2', [maker, name])
  await database.end()
  await page.reload()
  await goTo(owner, 'Members')
}

test(
  'KEB-03: the key of a token that was reported waits on the page Members, and one press signs it off',
  { skip },
  async () => {
    const { page } = owner
    await page.getByRole('button', { name: 'New token' }).click()
    const form = page.getByRole('dialog', { name: 'New token' })
    await form.getByLabel('Name').fill('loader')
    await form.getByRole('radiogroup').first().getByText('Read').click()
    await form.getByRole('button', { name: 'Make the token' }).click()
    const token = await page.getByTestId('token').innerText()
    await page.getByRole('button', { name: 'I have copied it' }).click()
    const status = await page.evaluate(async (body) => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch('/v1/leaked-tokens', { method: 'POST', headers, body })).status
    }, JSON.stringify({ token }))
    assert.ok(status < 300, String(status))
    await page.reload()
    await goTo(owner, 'Members')
    await page.getByRole('table', { name: 'Waiting for a signature' }).getByText('loader').waitFor()
    await inspect(owner, 'members-pending')
    await page.getByRole('button', { name: 'Sign it' }).click()
    await page.getByRole('table', { name: 'Waiting for a signature' }).waitFor({ state: 'detached' })
    assert.deepEqual(owner.watch.faults, [])
  },
)
