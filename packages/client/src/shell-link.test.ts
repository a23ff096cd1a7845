import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  drawShellSecret,
  formatHandover,
  formatShellLink,
  formatShellReturn,
  markShell,
  parseHandover,
  parseShellLink,
} from './shell-link.ts'

const organisation = '01890000-0000-7000-8000-000000000001'
const code = `kh_shl_${'a'.repeat(43)}_${'b'.repeat(6)}`
const fragmentOf = (link: string) => new URL(link).hash

test('a shell’s link says what it asks, and both ends show the same mark', async () => {
  const { verifier, challenge, state } = await drawShellSecret()
  assert.equal(challenge, createHash('sha256').update(verifier).digest('base64url'))
  const request = { challenge, state, name: 'Änne laptop-2', port: 4321, email: 'a@example.org', organisation }
  const whole = { ...request, sso: true as const }
  assert.deepEqual(parseShellLink(fragmentOf(formatShellLink('https://localhost:1', whole))), whole)
  assert.match(await markShell(challenge), /^[A-Z2-9]{4}-[A-Z2-9]{4}$/)
  assert.notEqual(await markShell(challenge), await markShell(state))
})

test('the link has no secret of the shell’s in it, and its answer goes to this machine only', async () => {
  const { verifier, challenge, state } = await drawShellSecret()
  assert.ok(!formatShellLink('https://localhost:1', { challenge, state, name: 'x' }).includes(verifier))
  const back = new URL(formatShellReturn({ port: 4321, state }, { organisation, code }))
  assert.equal(back.origin, 'http://127.0.0.1:4321')
})

test('attack: a link cannot send the code elsewhere, nor dress the shell’s name up', () => {
  const sound = `c=${'a'.repeat(43)}&s=${'b'.repeat(43)}`
  for (const port of ['80@evil.example', '-1', '70000', '1.5', 'x'])
    assert.equal(parseShellLink(`#${sound}&p=${encodeURIComponent(port)}`), undefined, port)
  const { name } = parseShellLink(`#${sound}&n=${encodeURIComponent('Mine\u202e\n<b>https://x')}`) ?? {}
  assert.equal(name, 'Minebhttpsx')
  assert.equal(parseShellLink('#c=short&s=short'), undefined)
})

test('the line that is carried by hand is read back, and nothing else is', () => {
  const line = formatHandover({ organisation, code })
  assert.deepEqual(parseHandover(` ${line}\n`), { organisation, code })
  for (const text of ['', code, `${line}.x`, line.slice(0, -1)]) {
    assert.throws(() => parseHandover(text), { code: 'shell.line_malformed' }, text)
  }
})
