/** The same code and vectors in Chromium, over WebCrypto. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium, type Page } from 'playwright-core'
import { decodeBase64url, encodeBase64url } from './bytes.ts'
import { openBytes } from './open/file-opener.ts'
import { sealBytes } from './seal/file-sealer.ts'
import type { SealedPage } from './sealed.page.ts'
import { patternBytes } from './vectors/check-vectors.ts'

const executable = '/usr/bin/chromium'
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const header = { organisation: 'o', project: 'p', table: 't', file: 'f', version: 1, purpose: 'data' } as const
const key = patternBytes(32)

declare const sealedPage: SealedPage

/** Installs Chromium where Debian's tools can; says why not otherwise. */
function installChromium(): string | undefined {
  if (existsSync(executable)) return undefined
  for (const command of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const result = spawnSync('/usr/bin/apt-get', command, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (result.status === 0) continue
    return `Chromium is not at ${executable}, and apt-get ${command[0]} failed: nothing was tested in a browser`
  }
  return existsSync(executable) ? undefined : `The package chromium did not bring ${executable}`
}

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./sealed.page.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  })
  const [file] = outputFiles
  assert.ok(file)
  assert.doesNotMatch(file.text, /from ?["']node:/, 'the bundle reaches no module of Node')
  return file.text
}

test('the package does in Chromium what it does in Node', async (t) => {
  const missing = installChromium()
  if (missing !== undefined) return t.skip(missing)
  const script = await bundlePage()
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(
      isScript ? script : '<!doctype html><title>sealed</title><script type="module" src="/page.js"></script>',
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const browser = await chromium.launch({ executablePath: executable, args: flags })
  t.after(async () => {
    await browser.close()
    server.close()
  })
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction(() => 'sealedPage' in globalThis)

  const names = await page.evaluate(() => sealedPage.names)
  assert.ok(names.length >= 8)
  for (const name of names) {
    await t.test(name, async (step) => {
      step.diagnostic(await page.evaluate((wanted) => sealedPage.run(wanted), name))
    })
  }
  await t.test('what Node sealed opens in Chromium, and the other way round', async () => checkExchange(page))
})

async function checkExchange(page: Page): Promise<void> {
  const plaintext = patternBytes(300_000)
  const recipients = [{ kind: 'table-key', id: 'k', version: 1, key }] as const
  const fromNode = encodeBase64url(await sealBytes({ header, recipients }, plaintext))
  const opened = await page.evaluate((sealed) => sealedPage.open(sealed), fromNode)
  assert.equal(opened, encodeBase64url(plaintext))
  const fromPage = decodeBase64url(await page.evaluate((bytes) => sealedPage.seal(bytes), encodeBase64url(plaintext)))
  assert.ok(fromPage)
  assert.ok(Buffer.from(await openBytes(fromPage, { tableKey: () => key }, header)).equals(plaintext))
}
