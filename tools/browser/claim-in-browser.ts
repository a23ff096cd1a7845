import type { Page } from 'playwright-core'
import { agreeToNotice } from './agree-to-notice.ts'

/** Sets an installation up as its owner would, up to the recovery kit, which is said to be kept. */
export async function claimInBrowser(page: Page, link: string, sample: 'Flights' | 'Clinic' | 'Empty'): Promise<void> {
  await page.goto(link)
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('E-mail address').fill('ada@example.org')
  await page.getByLabel('Password', { exact: false }).first().fill('quiet otter lamp seventeen')
  await page.getByLabel('Organisation').fill('Analytical Engines')
  await page.getByRole('radio', { name: sample }).click()
  await page.getByRole('button', { name: 'Set up' }).click()
  await page.getByRole('article', { name: 'Recovery kit' }).waitFor()
  await agreeToNotice(page)
  await page.getByLabel('I have printed or saved the kit').check()
}
