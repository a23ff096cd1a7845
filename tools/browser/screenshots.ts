import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const

/** Calls `visit` with the page in both sizes, light and dark; the page's state stays as it is. */
export async function inEachForm(page: Page, visit: (form: string) => Promise<void>): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await visit(`${size.width}-${colorScheme}`)
    }
  }
  await page.setViewportSize(sizes[0])
  await page.emulateMedia({ colorScheme: 'light' })
}

/** Writes a picture into the folder of KEYHOLD_SCREENSHOTS; without that, none. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env['KEYHOLD_SCREENSHOTS']
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
}
