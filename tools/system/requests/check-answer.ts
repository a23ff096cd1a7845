import assert from 'node:assert/strict'

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** Stacks, sources, drivers and their messages: what no answer shows. */
const inside =
  /\n\s+at |node:internal|node_modules|\/src\/|\.ts:\d+|SELECT |INSERT |pg_|ECONN|ENOENT|TypeError|SyntaxError/

/** What holds for every answer of the server, whatever was asked. Throws an assertion that says which rule it breaks. */
export function checkAnswer({ status, headers, body }: Answer, method: string): void {
  const text = body.toString('utf8')
  const shown = `${status} ${text.slice(0, 300)}`
  assert.ok(status >= 200 && status < 500, `a fault of the server: ${shown}`)
  assert.equal(headers['x-content-type-options'], 'nosniff', shown)
  assert.equal(headers['referrer-policy'], 'no-referrer', shown)
  assert.equal(headers['cross-origin-resource-policy'], 'same-origin', shown)
  assert.match(String(headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/, shown)
  assert.ok(headers['cache-control'] !== undefined, shown)
  for (const name of Object.keys(headers)) {
    assert.ok(!/^(access-control-|x-powered-by$|server$|x-aspnet)/.test(name), `${name}: ${shown}`)
  }
  if (status >= 400) checkProblem(status, headers, text, method, shown)
}

function checkProblem(status: number, headers: Answer['headers'], text: string, method: string, shown: string): void {
  assert.equal(headers['cache-control'], 'no-store', shown)
  if (String(headers['content-type']).startsWith('application/scim+json')) {
    if (method !== 'HEAD') checkScimError(status, text, shown)
    return
  }
  assert.match(String(headers['content-type']), /^application\/problem\+json/, shown)
  if (method === 'HEAD') return
  const problem = JSON.parse(text) as Record<string, unknown>
  assert.equal(problem['status'], status, shown)
  assert.match(String(problem['code']), /^[a-z_]+(\.[a-z_]+)?$/, shown)
  for (const field of ['title', 'detail', 'remedy']) {
    assert.ok(typeof problem[field] === 'string' && problem[field] !== '', `${field}: ${shown}`)
  }
  assert.doesNotMatch(text, inside, shown)
}

/** SCIM has its own form of refusals (RFC 7644 section 3.12): code, sentence and remedy are in `detail`. */
function checkScimError(status: number, text: string, shown: string): void {
  const error = JSON.parse(text) as Record<string, unknown>
  assert.deepEqual(error['schemas'], ['urn:ietf:params:scim:api:messages:2.0:Error'], shown)
  assert.equal(error['status'], String(status), shown)
  assert.match(String(error['detail']), /^[a-z_]+(\.[a-z_]+)?: .+\. .+/, shown)
  assert.doesNotMatch(text, inside, shown)
}
