import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { request as sendRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js'
import { Severity } from 'csp_evaluator/dist/finding.js'
import { CspParser } from 'csp_evaluator/dist/parser.js'
import { seedHome } from '../../testing/seed-home.ts'
import { readConfig } from '../config.ts'
import { startControl, type Control } from '../control.ts'
import { pagePolicy, scriptPolicy } from './content-policy.ts'

const home = mkdtempSync(join(tmpdir(), 'keyhold-web-'))
const webFolder = join(home, 'dist')
const script = `console.log(${JSON.stringify('x'.repeat(2_000))})`
let control: Control

before(async () => {
  mkdirSync(join(webFolder, 'assets'), { recursive: true })
  mkdirSync(join(webFolder, '.vite'))
  const write = (name: string, content: string | Buffer) => writeFileSync(join(webFolder, name), content)
  write('index.html', '<!doctype html><script type="module" src="/assets/index-1.js" nonce="__CSP_NONCE__"></script>')
  write('assets/index-1.js', script)
  write('assets/index-1.js.br', brotliCompressSync(script))
  write('assets/index-1.js.gz', gzipSync(script))
  write('mark.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
  write('.stamp', 'hidden')
  write('.vite/manifest.json', '{}')
  await seedHome(home)
  control = await startControl({ ...readConfig({ KEYHOLD_HOME: home, KEYHOLD_PORT: '0' }), webFolder })
})
after(async () => {
  await control.stop()
  rmSync(home, { recursive: true, force: true })
})

type Got = { status: number; headers: IncomingHttpHeaders; body: Buffer }

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const target = { host: 'localhost', port: control.port, ca: control.authority, agent: false as const }
    sendRequest({ ...target, path, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
      .on('error', reject)
      .end()
  })
}
const html = { accept: 'text/html,application/xhtml+xml' }

function findFaults(policy: string): string[] {
  const findings = new CspEvaluator(new CspParser(policy).csp).evaluate()
  // Greater numbers are milder; INFO is 60, NONE 100.
  return findings.filter(({ severity }) => severity < Severity.INFO).map(({ description }) => description)
}

test('the policy of the page has no finding above informational, and the evaluator finds one in a weaker policy', () => {
  assert.deepEqual(findFaults(pagePolicy('bm9uY2Utb2YtdGhpcy1hbnN3ZXI')), [])
  assert.notDeepEqual(findFaults(pagePolicy('x').replace("'nonce-x' 'strict-dynamic'", "'unsafe-inline'")), [])
  assert.match(scriptPolicy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/)
})

test('each answer of the page has a fresh nonce in policy and page, and is stored nowhere', async () => {
  const nonces = new Set<string>()
  for (const path of ['/', '/setup', '/projects/1/tables?x=1']) {
    const { status, headers, body } = await get(path, html)
    assert.deepEqual([status, headers['cache-control']], [200, 'no-store'])
    const nonce = /script-src 'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? ''
    assert.ok(nonce.length >= 22)
    assert.equal(headers['content-security-policy'], pagePolicy(nonce))
    assert.match(body.toString(), new RegExp(`nonce="${nonce.replaceAll('+', '\\+')}"`))
    assert.ok(!body.includes('__CSP_NONCE__'))
    nonces.add(nonce)
  }
  assert.equal(nonces.size, 3)
})

test('other sites can neither frame the page nor read what is served', async () => {
  for (const path of ['/', '/assets/index-1.js', '/v1/installation']) {
    const { headers } = await get(path, { ...html, origin: 'https://elsewhere.example' })
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/)
    const cors = Object.keys(headers).filter((name) => name.startsWith('access-control-'))
    assert.deepEqual(cors, [])
  }
})

test('hashed assets are kept for ever and come in the smallest form that the browser takes', async () => {
  const forms: [string, string | undefined, (bytes: Buffer) => Buffer][] = [
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip', 'gzip', gunzipSync],
    ['identity', undefined, (bytes) => bytes],
  ]
  for (const [accepted, encoding, decode] of forms) {
    const { status, headers, body } = await get('/assets/index-1.js', { 'accept-encoding': accepted })
    assert.deepEqual([status, headers['content-encoding'], headers['vary']], [200, encoding, 'accept-encoding'])
    assert.equal(headers['content-type'], 'text/javascript; charset=utf-8')
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(headers['content-security-policy'], scriptPolicy)
    assert.equal(decode(body).toString(), script)
  }
})

test('other files are asked for again, and not sent again when they are the same', async () => {
  const first = await get('/mark.svg')
  assert.deepEqual([first.status, first.headers['cache-control']], [200, 'no-cache'])
  const again = await get('/mark.svg', { 'if-none-match': String(first.headers['etag']) })
  assert.deepEqual([again.status, again.body.length], [304, 0])
})

test('what is not a page of the app is not found: API addresses, gone assets, hidden files, other folders, programs', async () => {
  for (const path of ['/v1/nothing', '/v1', '/assets/index-0.js', '/assets/../../../lock', '/samples/other.csv']) {
    assert.equal((await get(path, html)).status, 404, path)
  }
  for (const path of ['/.stamp', '/.vite/manifest.json', '/lock']) assert.equal((await get(path)).status, 404, path)
  const wrongMethod = await get('/v1/me/totp/confirm', html)
  assert.deepEqual([wrongMethod.status, wrongMethod.headers['allow']], [405, 'POST'])
})

test('the public samples are served whole and kept for ever', async () => {
  const { status, headers, body } = await get('/samples/airports.csv')
  assert.deepEqual([status, headers['content-type']], [200, 'text/csv; charset=utf-8'])
  assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
  assert.equal(body.length, Number(headers['content-length']))
  assert.match(body.toString('utf8', 0, 40), /^iata,name,city/)
  const flights = await get('/samples/flights-3m.parquet')
  assert.equal(flights.body.toString('latin1', flights.body.length - 4), 'PAR1')
  assert.equal((await get('/samples/birdstrikes.csv')).status, 200)
})
