/** A person on the Explore page of a fresh installation that holds the flights and airports. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Locator, Page, Request } from 'playwright-core'
import { samples } from '../samples.ts'
import { ownerPassword, startTestInstallation, type TestInstallation } from '../testing/shell.ts'
import { agreeToNotice } from './agree-to-notice.ts'
import { findViolations } from './accessibility.ts'
import { watchPage, type PageWatch } from './page-watch.ts'
import { inEachForm, takePicture } from './screenshots.ts'
import { openTrustedBrowser } from './trusted-browser.ts'

export class ExploreSession {
  readonly installation: TestInstallation
  readonly page: Page
  /** All requests of the page. */
  readonly sent: Request[] = []
  readonly #watch: PageWatch
  readonly #end: () => Promise<void>

  private constructor(installation: TestInstallation, page: Page, end: () => Promise<void>) {
    this.installation = installation
    this.page = page
    this.#watch = watchPage(page, installation.installation.url)
    this.#end = end
    page.on('request', (request) => this.sent.push(request))
  }

  /** Starts both planes and a browser, uploads, signs in, and goes to Explore. */
  static async start(): Promise<ExploreSession> {
    const installation = await startTestInstallation()
    await installation.owner.json(['upload', samples.airports, 'air.airports'])
    await installation.owner.json(['upload', samples.flights, 'air.flights'])
    const chromium = await openTrustedBrowser(join(installation.home, 'control', 'tls', 'authority.pem'))
    const context = await chromium.browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const session = new ExploreSession(installation, await context.newPage(), async () => {
      await chromium.close()
      await installation.end()
    })
    await session.#signIn()
    return session
  }

  async #signIn(): Promise<void> {
    const { page } = this
    await page.goto(this.installation.installation.url)
    await page.getByLabel('E-mail address').fill('owner@example.org')
    await page.getByLabel('Password').first().fill(ownerPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'They are the same' }).click()
    await agreeToNotice(page)
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Explore' }).click()
    await this.tables.getByRole('button', { name: /^flights/ }).waitFor()
  }

  /** Pictures in each form, no violation of axe in any, and nothing that a page must not do. */
  async inspect(name: string): Promise<void> {
    // What hangs at the pointer is no part of the page.
    await this.page.mouse.move(0, 0)
    const found = new Map<string, string>()
    await inEachForm(this.page, async (form) => {
      await takePicture(this.page, `${name}-${form}`)
      for (const violation of await findViolations(this.page)) found.set(violation, form)
    })
    assert.equal(found.size, 0, [...found].map(([violation, form]) => `${form}: ${violation}`).join('\n'))
    assert.deepEqual(this.#watch.faults, [])
  }

  get tables(): Locator {
    return this.page.getByRole('navigation', { name: 'Tables and columns' })
  }
  get editor(): Locator {
    return this.page.getByRole('textbox', { name: 'SQL' })
  }
  get grid(): Locator {
    return this.page.getByRole('grid', { name: 'Result' })
  }
  get tabs(): Locator {
    return this.page.getByRole('list', { name: 'Open queries' })
  }

  /** Texts of the cells that are drawn. */
  async cells(): Promise<string[]> {
    return this.grid.getByRole('gridcell').allTextContents()
  }

  async run(sql: string): Promise<void> {
    await this.editor.fill(sql)
    await this.editor.press('Control+Enter')
  }

  async showAs(view: 'Table' | 'Chart'): Promise<void> {
    await this.page.getByRole('radiogroup', { name: 'Show the result as' }).getByText(view, { exact: true }).click()
  }

  async end(): Promise<void> {
    await this.#end()
  }
}
