/** A forgotten password, a chosen one, and the work that is asked for after many wrong attempts, in a real Chromium. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ownerPassword, startTestInstallation, type TestInstallation } from '../testing/shell.ts'
import { findViolations } from './accessibility.ts'
import { agreeToNotice } from './agree-to-notice.ts'
import { watchPage, type PageWatch } from './page-watch.ts'
import { inEachForm, takePicture } from './screenshots.ts'
import { openTrustedBrowser, refuseWithoutBrowser, type TrustedBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
const email = 'owner@example.org'
const chosen = 'seven amber ladders lean'
const changed = 'eight amber ladders lean'

let installation: TestInstallation
let chromium: TrustedBrowser
let page: Page
let faults: PageWatch

before(async () => {
  if (skip !== false) return
  installation = await startTestInstallation()
  chromium = await openTrustedBrowser(join(installation.home, 'control', 'tls', 'authority.pem'))
  const context = await chromium.browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  page = await context.newPage()
  faults = watchPage(page, installation.installation.url)
})

after(async () => {
  await chromium?.close()
  await installation?.end()
})

async function inspect(name: string): Promise<void> {
  const found = new Map<string, string>()
  await inEachForm(page, async (form) => {
    await takePicture(page, `${name}-${form}`)
    for (const violation of await findViolations(page)) found.set(violation, form)
  })
  assert.equal(found.size, 0, [...found].map(([violation, form]) => `${form}: ${violation}`).join('\n'))
}

async function signIn(password: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').first().fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** The link in the outbox, as soon as it is there. */
async function waitForLink(): Promise<string> {
  const folder = join(installation.home, 'control', 'outbox')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const find = (): string | undefined =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.eml'))
      .map((file) => /^https:\S+#kh_rst_\w+$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[0])
      .find((link) => link !== undefined)
  const { promise, resolve } = Promise.withResolvers<string>()
  const look = (): void => {
    const link = find()
    if (link !== undefined) resolve(link)
  }
  const watcher = watch(folder, look)
  look()
  try {
    return await promise
  } finally {
    watcher.close()
  }
}

test('CLU-12: whoever forgot the password is mailed a link, and signs in with a new one', { skip }, async () => {
  await page.goto(installation.installation.url)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
  await inspect('forgot-password')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByRole('heading', { name: 'Look for a mail' }).waitFor()
  await page.getByText('its operator can find the mail in the outbox').waitFor()
  await inspect('forgot-password-asked')

  const requests: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  const link = await waitForLink()
  assert.ok(link.startsWith(`${installation.installation.url}/reset-password#`), link)
  await page.goto(link)
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
  await inspect('reset-password')
  await page.getByLabel('Password').first().fill('passwordpassword')
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByRole('alert').getByText('password.too_simple').waitFor()
  await page.getByLabel('Password').first().fill(chosen)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('Your password is set').waitFor()
  await inspect('reset-password-done')
  assert.ok(!requests.some((url) => url.includes('kh_rst_')), 'the secret is in no address that is sent')

  await signIn(chosen)
  await page.getByRole('button', { name: 'They are the same' }).click()
  await agreeToNotice(page)
  await page.getByRole('heading', { level: 1, name: 'First' }).waitFor()
})

test('a password is changed in the settings, and the present one is asked for', { skip }, async () => {
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByLabel('Present password').fill(ownerPassword)
  await page.getByLabel('New password').fill(changed)
  await inspect('change-password')
  await page.getByRole('button', { name: 'Change it' }).click()
  await page.getByRole('alert').getByText('password.current_wrong').waitFor()
  await page.getByLabel('Present password').fill(chosen)
  await page.getByRole('button', { name: 'Change it' }).click()
  await page.getByText('Your password was changed').waitFor()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
})

test('a used link says so, and leads to another', { skip }, async () => {
  await page.goto(await waitForLink())
  await page.getByLabel('Password').first().fill('nine amber ladders lean')
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByRole('alert').getByText('password.reset_refused').waitFor()
  await inspect('reset-password-refused')
  await page.getByRole('link', { name: 'Ask for another link' }).click()
  await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
})

test(
  'KEB-15: after ten wrong attempts the browser does a little work, and the owner still gets in',
  { skip },
  async () => {
    await page.context().clearCookies()
    await page.goto(installation.installation.url)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    const statuses = await page.evaluate(async (address) => {
      const guess = () =>
        fetch('/v1/sessions', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email: address, password: 'a guess' }),
        })
      const all: number[] = []
      for (let attempt = 0; attempt < 11; attempt++) all.push((await guess()).status)
      return all
    }, email)
    assert.deepEqual([statuses[0], statuses.at(-1)], [401, 428])
    const note = page.getByRole('status').filter({ hasText: 'One moment' })
    const shown = note.waitFor()
    await signIn(changed)
    await shown
    await page.getByRole('heading', { level: 1, name: 'First' }).waitFor()
    assert.deepEqual(faults.faults, [])
  },
)
