import type { Page } from 'playwright-core'

/** What a page must never do; empty when it behaved. */
export type PageWatch = { readonly faults: string[] }

/**
 * Notes every exception, console error, breach of the content security policy and request to anywhere else. An answer
 * that refuses is no fault by itself: pages show it.
 */
export function watchPage(page: Page, origin: string): PageWatch {
  const faults: string[] = []
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() !== 'error') return
    if (message.text().startsWith('Failed to load resource: the server responded with a status of 4')) return
    faults.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol !== 'blob:' && url.protocol !== 'data:' && url.origin !== origin)
      faults.push(`request to ${url.origin}`)
  })
  return { faults }
}
