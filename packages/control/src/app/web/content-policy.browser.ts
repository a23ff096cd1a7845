/** The policies in a real Chromium: what the web app needs works, what an injection needs does not. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import Fastify from 'fastify'
import { chromium } from 'playwright-core'
import { addWebApp } from './serve-web.ts'
import { readWebApp } from './web-files.ts'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** An empty WebAssembly module. */
const wasm = '0, 97, 115, 109, 1, 0, 0, 0'

const files = {
  'index.html': `<!doctype html><title>policy</title><style nonce="__CSP_NONCE__">body { color: rgb(1, 2, 3) }</style>
    <body><div id="box"></div><script>globalThis.inlineRan = true</script>
    <script type="module" src="/assets/index-1.js" nonce="__CSP_NONCE__"></script></body>`,
  'assets/lazy-1.js': `export const loaded = 'lazily'`,
  'assets/part-1.js': `export const part = 'of a worker'`,
  'assets/worker-1.js': `import { part } from './part-1.js'
    const data = await (await fetch('/assets/data-1.json')).json()
    const abroad = await fetch(data.abroad).then(() => 'reached', () => 'refused')
    let evaluated = 'refused'
    try { evaluated = (0, eval)('"ran"') } catch {}
    const { exports } = (await WebAssembly.instantiate(new Uint8Array([${wasm}]))).instance
    postMessage({ part, data: data.value, abroad, evaluated, compiled: typeof exports })`,
  'assets/index-1.js': `const seen = {}
    trustedTypes.createPolicy('default', {
      createHTML: (text) => { if (/[<&]/.test(text)) throw new TypeError('markup'); return text },
      createScriptURL: (text) => new URL(text, location.origin).href,
    })
    const attempt = (work) => { try { work(); return 'done' } catch { return 'refused' } }
    const box = document.querySelector('#box')
    box.style.width = '123px'
    seen.width = box.offsetWidth
    seen.color = getComputedStyle(document.body).color
    seen.lazy = (await import('./lazy-1.js')).loaded
    seen.markup = attempt(() => { box.innerHTML = '<img src=x onerror="globalThis.markupRan = true">' })
    seen.evaluated = attempt(() => (0, eval)('1'))
    seen.otherPolicy = attempt(() => trustedTypes.createPolicy('other', {}))
    const script = document.createElement('script')
    script.type = 'text/plain'
    seen.scriptText = attempt(() => { script.textContent = 'globalThis.textRan = true'; script.type = ''; document.body.append(script) })
    const style = document.createElement('style')
    style.textContent = 'body { color: rgb(9, 9, 9) }'
    document.head.append(style)
    seen.unnoncedStyle = getComputedStyle(document.body).color
    seen.worker = await new Promise((resolve, reject) => {
      const worker = new Worker('/assets/worker-1.js', { type: 'module' })
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = () => reject(new Error('no worker'))
    })
    globalThis.seen = seen`,
}

type Seen = Record<string, unknown>
declare const seen: Seen

test('the page, its lazy scripts and its workers run under the policies; inline script, markup, eval and other sites do not', async (t) => {
  const abroad = createServer((_request, response) => response.end('x')).listen(0, '127.0.0.1')
  await once(abroad, 'listening')
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-policy-'))
  mkdirSync(join(folder, 'assets'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  const elsewhere = `http://127.0.0.1:${(abroad.address() as AddressInfo).port}/`
  writeFileSync(join(folder, 'assets/data-1.json'), JSON.stringify({ value: 7, abroad: elsewhere }))
  const web = readWebApp(folder)
  assert.ok(web)
  const app = Fastify()
  addWebApp(app, web)
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags })
  t.after(async () => {
    await browser.close()
    await app.close()
    abroad.close()
    rmSync(folder, { recursive: true })
  })
  const page = await browser.newPage()
  await page.goto(`${address}/some/page`)
  await page.waitForFunction(() => 'seen' in globalThis)
  assert.deepEqual(await page.evaluate(() => seen), {
    width: 123,
    color: 'rgb(1, 2, 3)',
    lazy: 'lazily',
    markup: 'refused',
    evaluated: 'refused',
    otherPolicy: 'refused',
    scriptText: 'refused',
    unnoncedStyle: 'rgb(1, 2, 3)',
    worker: { part: 'of a worker', data: 7, abroad: 'refused', evaluated: 'refused', compiled: 'object' },
  })
  const ran = await page.evaluate(() => ['inlineRan', 'markupRan', 'textRan'].filter((name) => name in globalThis))
  assert.deepEqual(ran, [])
})
