/** The policy of each kind of answer, as it is sent, judged by csp_evaluator. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js'
import { Severity } from 'csp_evaluator/dist/finding.js'
import { CspParser } from 'csp_evaluator/dist/parser.js'
import { useControl, type OpenControl } from './use-control.ts'

let web: OpenControl
let plain: OpenControl
useControl('web', (started) => (web = started))
useControl('plain', (started) => (plain = started))

/** Above informational, as `directive: words`. Greater numbers are milder; INFO is 60. */
function findFaults(policy: string): string[] {
  const findings = new CspEvaluator(new CspParser(policy).csp).evaluate()
  return findings
    .filter(({ severity }) => severity < Severity.INFO)
    .map(({ directive, value, description }) => `${directive} ${value ?? ''}: ${description}`)
}

async function readPolicy(open: OpenControl, path: string, headers: Record<string, string> = {}): Promise<string> {
  return String((await open.get(path, { headers }))['headers']['content-security-policy'])
}

/** Every page that the web app's router names, with something in the place of each parameter. */
function listPages(): string[] {
  const router = readFileSync(new URL('../../../../web/src/app/router.ts', import.meta.url), 'utf8')
  return [...router.matchAll(/path: '(\/[^']*)'/g)].map(([, path = '']) => path.replaceAll(/\$\w+/g, 'x'))
}

const html = { accept: 'text/html' }
const others = [
  '/assets/index-1.css',
  '/mark.svg',
  '/samples/airports.csv',
  '/openapi.json',
  '/authority.pem',
  '/authority.crl',
]
const answers = ['/v1/health', '/v1/me', '/v1/nothing', '/%zz', '/nothing']

test('V3.4.3: every page and every other answer has a policy without a finding above informational', async () => {
  const pages = listPages()
  for (const path of ['/', '/setup', '/sign-in', '/second-factor', '/reset-password', '/p/x'])
    assert.ok(pages.includes(path))
  for (const path of [...pages, '/p/x/tables', '/p/x/dashboards/y', '/nowhere']) {
    assert.deepEqual(findFaults(await readPolicy(web, path, html)), [], path)
  }
  for (const path of ['/', '/setup'])
    assert.deepEqual(findFaults(await readPolicy(plain, path, html)), [], `plain ${path}`)
  for (const path of [...others, ...answers]) assert.deepEqual(findFaults(await readPolicy(web, path)), [], path)
})

test('V3.4.3: a worker’s script has the one finding that no worker can do without: its modules come by address', async () => {
  const faults = findFaults(await readPolicy(web, '/assets/index-1.js'))
  assert.equal(faults.length, 1, faults.join('\n'))
  assert.match(faults[0] ?? '', /^script-src 'self':/)
})

test('the evaluator finds what is weak', () => {
  for (const weak of ["script-src 'unsafe-inline'", 'script-src https:', "object-src *; script-src 'none'"]) {
    assert.notDeepEqual(findFaults(weak), [], weak)
  }
})
