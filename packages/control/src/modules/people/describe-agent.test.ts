import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeAgent } from './describe-agent.ts'

const agents: [string | undefined, string][] = [
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
    'Chrome on Linux',
  ],
  ['Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0', 'Edge on Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1',
    'Safari on iOS',
  ],
  ['keyhold (darwin)', 'Keyhold shell on macOS'],
  [undefined, 'A program'],
]
for (const [agent, words] of agents) {
  test(`CLU-11: a session is recognised as “${words}”, and never by the caller’s own text`, () =>
    assert.equal(describeAgent(agent), words))
}

test('CLU-12: two unknown programs are two, by a mark that no version changes and that is not their own text', () => {
  const [curl, newer, other] = ['curl/8.5.0', 'curl/9.14.1', 'python-requests/2.31.0'].map(describeAgent)
  assert.match(curl ?? '', /^A program \([0-9a-f]{6}\)$/)
  assert.equal(curl, newer)
  assert.notEqual(curl, other)
  assert.match(describeAgent('<script>alert(1)</script> Linux'), /^A program \([0-9a-f]{6}\) on Linux$/)
})
