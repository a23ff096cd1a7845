import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import {
  formatInvitationLink,
  formatLoginString,
  parseInvitationLink,
  parseLoginString,
  parseSetupLink,
} from './links.ts'
import { formatTokenString, parseTokenString } from './token-string.ts'

const digest = (): string => randomBytes(32).toString('base64url')

test('a login string gives back its parts', () => {
  const target = { url: 'https://localhost:8443', pin: digest(), anchor: digest() }
  assert.deepEqual(parseLoginString(formatLoginString(target)), target)
})

test('a set-up link gives back its parts; one that the shell cut off at & is refused', () => {
  const [secret, anchor, pin] = [digest(), digest(), digest()]
  const organisation = '01890000-0000-7000-8000-000000000001'
  const link = `https://localhost:8443/setup#o=${organisation}&s=${secret}&a=${anchor}&p=${pin}`
  const parts = { url: 'https://localhost:8443', pin, anchor, secret, organisation }
  assert.deepEqual(parseSetupLink(link), parts)
  assert.deepEqual(parseSetupLink(`${link}&c=yours`), { ...parts, custody: 'yours' })
  assert.deepEqual(parseSetupLink(`${link}&c=other`), parts)
  assert.throws(() => parseSetupLink(link.split('&', 1)[0] ?? ''), { code: 'link.malformed' })
  assert.throws(() => parseSetupLink(link.replace('https:', 'http:')), { code: 'link.malformed' })
})

test('an invitation link gives back its parts; the server’s own mail has no pins in it', () => {
  const [pin, anchor] = [digest(), digest()]
  const secret = `kh_inv_${'a'.repeat(43)}_${'b'.repeat(6)}`
  const link = {
    url: 'https://localhost:8443',
    organisation: '01890000-0000-7000-8000-000000000001',
    secret,
    pin,
    anchor,
  }
  const text = formatInvitationLink(link)
  assert.deepEqual(parseInvitationLink(text), link)
  const mailed = parseInvitationLink(text.replace(/&p=.*$/, ''))
  assert.deepEqual(Object.keys(mailed).sort(), ['organisation', 'secret', 'url'])
  for (const bad of [text.replace('/invitation', '/setup'), text.replace('kh_inv', 'kh_ses'), text.replace(pin, 'x')]) {
    assert.throws(() => parseInvitationLink(bad), { code: 'link.malformed' })
  }
})

test('a token gives back its parts, and a part of one is refused without being quoted', () => {
  const parts = { serverHalf: 'kh_project_Abc123_x9Z', seed: new Uint8Array(randomBytes(32)), anchor: digest() }
  const text = formatTokenString(parts)
  assert.deepEqual(parseTokenString(`${text}\n`), parts)
  for (const bad of [parts.serverHalf, `${text}.x`, text.replace('kh_', ''), text.slice(0, -1)]) {
    assert.throws(
      () => parseTokenString(bad),
      (error: unknown) => error instanceof Error && !error.message.includes('Abc123'),
    )
  }
})
