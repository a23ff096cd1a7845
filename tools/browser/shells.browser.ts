/** A shell that is signed in from a real Chromium (CLN-07). */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { formatLoginString, parseSetupLink } from '@keyhold/client'
import type { Shell } from '../testing/shell.ts'
import { owner, OwnerPlace } from './owner-place.ts'
import { refuseWithoutBrowser } from './trusted-browser.ts'

const skip = refuseWithoutBrowser() ?? false
let place: OwnerPlace
let page: Page
let login: string

before(async () => {
  if (skip !== false) return
  place = await OwnerPlace.start()
  ;({ page } = place)
  login = formatLoginString(parseSetupLink(place.fresh.installation.setupLink ?? ''))
})
after(() => place?.end())

/** `keyhold login --browser …` as a real process: what it prints, and its end. */
async function startLogin(t: TestContext, shell: Shell, words: readonly string[] = []) {
  const child = shell.start(['login', login, '--browser', ...words])
  child.stdin.end()
  // A test that failed leaves nobody waiting.
  t.after(() => child.kill())
  let text = ''
  const { promise, resolve } = Promise.withResolvers<void>()
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (/\n {2}[A-Z2-9]{4}-[A-Z2-9]{4}\n/.test(text)) resolve()
  })
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const closed = once(child, 'close')
  await Promise.race([promise, closed])
  const link = /https:\/\/\S+\/shell#\S+/.exec(text)?.[0] ?? ''
  const mark = /\n {2}([A-Z2-9]{4}-[A-Z2-9]{4})\n/.exec(text)?.[1] ?? ''
  return { link, mark, stop: () => child.kill(), end: async () => ({ code: (await closed)[0], text }) }
}

test(
  'CLN-07: a person who is signed in compares the code, presses the button, and the shell is in',
  { skip },
  async (t) => {
    const shell = place.fresh.newShell('browser-shell')
    const { link, mark, end } = await startLogin(t, shell, ['--email', owner.email])
    await page.goto(link)
    await page.getByRole('heading', { level: 1, name: 'Let this shell in?' }).waitFor()
    await page.getByText(mark, { exact: true }).waitFor()
    assert.equal(new URL(page.url()).hash, '')
    await place.inspect('shell')
    await page.getByRole('button', { name: 'The code is the same' }).click()
    await page.getByRole('heading', { level: 1, name: 'Your shell has it' }).waitFor()
    const { code, text } = await end()
    assert.equal(code, 0, text)
    assert.ok(text.includes(`as ${owner.email}`), text)
    assert.equal((await shell.json<{ email: string }>(['whoami'])).email, owner.email)
  },
)

test(
  'somebody who is not signed in does that first, and is asked afterwards; who says no lets nobody in',
  { skip },
  async (t) => {
    const shell = place.fresh.newShell('stranger-shell')
    const { link, mark, stop, end } = await startLogin(t, shell)
    const other = await place.openStrangersPage()
    await other.goto(link)
    await other.getByRole('heading', { level: 1, name: 'A shell wants to sign in' }).waitFor()
    await other.getByRole('link', { name: 'Sign in', exact: true }).click()
    await other.getByLabel('E-mail address').fill(owner.email)
    await other.getByRole('textbox', { name: 'Password' }).fill(owner.password)
    await other.getByRole('button', { name: 'Sign in', exact: true }).click()
    await other.getByRole('button', { name: 'They are the same' }).click()
    await other.getByText(mark, { exact: true }).waitFor()
    await other.getByRole('button', { name: 'No', exact: true }).click()
    await other.getByRole('heading', { level: 1, name: 'The shell was not let in' }).waitFor()
    stop()
    assert.notEqual((await end()).code, 0)
  },
)

test(
  'attack: a link of somebody else’s shell shows another code, and a shell that was told whom refuses another',
  { skip },
  async (t) => {
    const shell = place.fresh.newShell('other-shell')
    const { link, mark, end } = await startLogin(t, shell, ['--email', 'grace@example.org'])
    const foreign = link.replace(/#c=.{43}/, `#c=${'A'.repeat(43)}`)
    await page.goto('about:blank')
    await page.goto(foreign)
    await page.getByText('The shell expects somebody else').waitFor()
    assert.equal(await page.getByText(mark, { exact: true }).count(), 0)
    await page.goto('about:blank')
    await page.goto(link)
    await page.getByText(mark, { exact: true }).waitFor()
    await page.getByRole('button', { name: 'The code is the same' }).click()
    const { code, text } = await end()
    assert.equal(code, 1, text)
    assert.ok(text.includes('login.other_person'), text)
  },
)
