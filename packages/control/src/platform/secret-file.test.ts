import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ensureSecret } from './secret-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhold-secret-'))
after(() => rmSync(folder, { recursive: true }))

test('a secret is made once, mode 0600, and nothing is left beside it', () => {
  const path = join(folder, 'keys', 'one')
  const made = ensureSecret(path)
  assert.equal(made.length, 32)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(statSync(join(folder, 'keys')).mode & 0o777, 0o700)
  assert.deepEqual(ensureSecret(path), made)
  assert.deepEqual(readdirSync(join(folder, 'keys')), ['one'])
})

test('a secret that others may read stops the start, with the command that mends it', () => {
  const path = join(folder, 'open')
  ensureSecret(path)
  chmodSync(path, 0o640)
  assert.throws(() => ensureSecret(path), { code: 'secret.readable_by_others', remedy: /chmod 600/ })
})

test('a cut secret is refused and not replaced', () => {
  const path = join(folder, 'cut')
  writeFileSync(path, 'abc\n', { mode: 0o600 })
  assert.throws(() => ensureSecret(path), { code: 'secret.wrong_length' })
  assert.throws(() => ensureSecret(path), { code: 'secret.wrong_length' })
})
