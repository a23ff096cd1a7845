import type { Page } from 'playwright-core'

/** Agrees to the notice about personal data, which whoever signs in for the first time is asked to. */
export async function agreeToNotice(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'What is kept about you' })
  await dialog.getByRole('button', { name: 'I agree' }).click()
  await dialog.waitFor({ state: 'detached' })
}
