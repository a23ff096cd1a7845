import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { encodeCanonical } from '@keyhold/sealed'
import { SetupClaim } from './setup-claim.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'keyhold-claim-'))
const who = { organisation: 'o', devicePublicKey: 'd', anchor: 'a' }

function prove(claim: SetupClaim, subject = who): string {
  const secret = Buffer.from(claim.secret ?? '', 'base64url')
  return createHmac('sha256', secret)
    .update(encodeCanonical({ purpose: 'keyhold setup', ...subject }))
    .digest('base64url')
}

test('the secret works once; the very same claim is answered again, also after a restart', () => {
  const path = folder()
  const claim = new SetupClaim(path)
  const mac = prove(claim)
  assert.equal(claim.check({ ...who, mac }), 'first')
  claim.burn(mac)
  assert.equal(claim.secret, null)
  const later = new SetupClaim(path)
  assert.equal(later.check({ ...who, mac }), 'repeated')
  assert.throws(() => later.check({ ...who, mac: 'x'.repeat(43) }), { code: 'setup.dead' })
})

test('ten wrong tries kill the secret, counted across restarts', () => {
  const path = folder()
  const mac = prove(new SetupClaim(path))
  for (let index = 0; index < 10; index++) {
    assert.throws(() => new SetupClaim(path).check({ ...who, mac: 'x'.repeat(43) }), { code: 'setup.refused' })
  }
  assert.throws(() => new SetupClaim(path).check({ ...who, mac }), { code: 'setup.dead' })
})

test('a proof for another device, organisation or anchor is refused', () => {
  const claim = new SetupClaim(folder())
  for (const other of [{ organisation: 'x' }, { devicePublicKey: 'x' }, { anchor: 'x' }]) {
    const mac = prove(claim, { ...who, ...other })
    assert.throws(() => claim.check({ ...who, mac }), { code: 'setup.refused' })
  }
})
