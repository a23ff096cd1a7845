import type { Page } from 'playwright-core'

/**
 * Plays whoever stands between browser and data plane: bodies of answers whose address matches are changed on their way,
 * below TLS, which stays the browser's own. Resolves with what ends it.
 */
export async function changeAnswers(
  page: Page,
  urlPattern: string,
  change: (body: Buffer) => Buffer,
): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  session.on('Fetch.requestPaused', ({ requestId, responseStatusCode, responseHeaders }) => {
    void (async () => {
      const { body, base64Encoded } = await session.send('Fetch.getResponseBody', { requestId })
      const changed = change(Buffer.from(body, base64Encoded ? 'base64' : 'utf8'))
      // The body is whole and decoded here.
      const headers = (responseHeaders ?? []).filter(({ name }) => !/^content-(length|encoding)$/i.test(name))
      await session.send('Fetch.fulfillRequest', {
        requestId,
        responseCode: responseStatusCode ?? 200,
        responseHeaders: headers,
        body: changed.toString('base64'),
      })
    })()
  })
  await session.send('Fetch.enable', { patterns: [{ urlPattern, requestStage: 'Response' }] })
  return () => session.detach()
}
