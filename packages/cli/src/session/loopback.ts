/** A listener on this machine alone, which hears from a browser once (RFC 8252, section 7.3). */
import { timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Loopback = {
  readonly port: number
  /** The line that the browser brought. */
  readonly line: Promise<string>
  readonly close: () => void
}

const page = (text: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Keyhold</title><main><h1>${text}</h1></main></html>`

/** Opens one on a free port. What comes without the state that only the link had is not listened to. */
export async function openLoopback(state: string): Promise<Loopback> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo
    const url = URL.parse(request.url ?? '', `http://127.0.0.1:${port}`)
    const line = url?.searchParams.get('line')
    const sound =
      request.method === 'GET' &&
      // Another name that leads here is another site's.
      request.headers.host === `127.0.0.1:${port}` &&
      isSame(url?.searchParams.get('state') ?? '', state) &&
      line !== null &&
      line !== undefined
    response.writeHead(sound ? 200 : 400, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      connection: 'close',
    })
    response.end(page(sound ? 'Your shell has it. You can close this page.' : 'Not for this shell.'))
    if (sound) response.once('close', () => resolve(line))
  })
  await new Promise<void>((listening, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', listening)
  })
  return {
    port: (server.address() as AddressInfo).port,
    line: promise,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
