/** An installation whose owner set it up in a real browser, and a program with a token that was made there. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { connectAsAdministrator } from '../scan/holdings.ts'
import { Shell, startFreshInstallation, type FreshInstallation } from '../testing/shell.ts'
import { agreeToNotice } from './agree-to-notice.ts'
import { findViolations } from './accessibility.ts'
import { watchPage, type PageWatch } from './page-watch.ts'
import { inEachForm, takePicture } from './screenshots.ts'
import { openTrustedBrowser, type TrustedBrowser } from './trusted-browser.ts'

export const owner = { email: 'ada@example.org', password: 'quiet otter lamp seventeen' }

export class OwnerPlace {
  readonly fresh: FreshInstallation
  readonly page: Page
  readonly watch: PageWatch
  readonly #chromium: TrustedBrowser

  private constructor(fresh: FreshInstallation, chromium: TrustedBrowser, page: Page) {
    this.fresh = fresh
    this.page = page
    this.watch = watchPage(page, fresh.installation.url)
    this.#chromium = chromium
  }

  /** `onNotice` is called while the person is asked to agree to the notice about personal data. */
  static async start(
    onNotice: (place: OwnerPlace) => Promise<void> = async () => {},
    { environment = {}, authorities = [] }: { environment?: NodeJS.ProcessEnv; authorities?: readonly string[] } = {},
  ): Promise<OwnerPlace> {
    const fresh = await startFreshInstallation(environment)
    const chromium = await openTrustedBrowser(join(fresh.home, 'control', 'tls', 'authority.pem'), ...authorities)
    const context = await chromium.browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      acceptDownloads: true,
    })
    const place = new OwnerPlace(fresh, chromium, await context.newPage())
    await place.#setUp(onNotice)
    return place
  }

  async #setUp(onNotice: (place: OwnerPlace) => Promise<void>): Promise<void> {
    const { page } = this
    await page.goto(this.fresh.installation.setupLink ?? '')
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('E-mail address').fill(owner.email)
    await page.getByLabel('Password', { exact: false }).first().fill(owner.password)
    await page.getByLabel('Organisation').fill('Analytical Engines')
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByRole('heading', { level: 1, name: 'Recovery kit' }).waitFor()
    await page.getByRole('dialog', { name: 'What is kept about you' }).waitFor()
    await onNotice(this)
    await agreeToNotice(page)
    await page.goto(this.fresh.installation.url)
    await page.getByRole('heading', { level: 1, name: 'First project' }).waitFor()
  }

  /** A page of a browser that knows nothing. */
  async openStrangersPage(): Promise<Page> {
    return (await this.#chromium.browser.newContext({ reducedMotion: 'reduce' })).newPage()
  }

  /** The same person in a browser that knows nothing, signed in, on the page of tokens. */
  async openOtherBrowser(): Promise<Page> {
    const context = await this.#chromium.browser.newContext({ reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(this.fresh.installation.url)
    await page.getByLabel('E-mail address').fill(owner.email)
    await page.getByLabel('Password').first().fill(owner.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText(this.fresh.installation.anchorFingerprint).waitFor()
    await page.getByRole('button', { name: 'They are the same' }).click()
    await page.getByRole('link', { name: 'Tokens' }).click()
    return page
  }

  /** Goes to a place by the navigation. */
  async goTo(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name, exact: true }).click()
    await this.page.getByRole('heading', { level: 1, name }).waitFor()
  }

  /** Pictures in each form, no violation of axe in any, and nothing that a page must not do. */
  async inspect(name: string): Promise<void> {
    const found = new Map<string, string>()
    await inEachForm(this.page, async (form) => {
      await takePicture(this.page, `${name}-${form}`)
      for (const violation of await findViolations(this.page)) found.set(violation, form)
    })
    assert.equal(found.size, 0, [...found].map(([violation, form]) => `${form}: ${violation}`).join('\n'))
    assert.deepEqual(this.watch.faults, [])
  }

  /** As if the person had signed in long ago; the server keeps what it knows for a second. */
  async ageSession(): Promise<void> {
    const client = await connectAsAdministrator(this.fresh.home)
    await client.query("UPDATE sessions SET stepped_up = '2020-01-01T00:00:00Z'")
    await client.end()
    await this.page.evaluate(async () => {
      const path = `/v1/me/passkeys/${crypto.randomUUID()}`
      while ((await fetch(path, { method: 'DELETE' })).status !== 403);
    })
  }

  /** A shell whose commands use the token that the page shows now. */
  async openProgram(name: string): Promise<Shell> {
    const text = await this.page.locator('pre').first().innerText()
    const read = (variable: string): string => new RegExp(`${variable}='([^']+)'`).exec(text)?.[1] ?? ''
    return this.fresh.newShell(name, {
      KEYHOLD_LOGIN: read('KEYHOLD_LOGIN'),
      KEYHOLD_TOKEN: read('KEYHOLD_TOKEN'),
    })
  }

  async end(): Promise<void> {
    await this.#chromium.close()
    await this.fresh.end()
  }
}
