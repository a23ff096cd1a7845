import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyStatement } from '@keyhold/sealed'
import { openKeyFileProvider } from './key-provider.ts'
import { provisionProject } from './project-keys.ts'
import { openSigningKeys } from './signing-keys.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'keyhold-keys-'))
const ids = { organisation: '01890000-0000-7000-8000-000000000001', project: '01890000-0000-7000-8000-000000000002' }
const context = { ...ids, purpose: 'root-key' } as const

test('KEB-08: what the key file wraps opens with it, and for its own context only', async () => {
  const path = folder()
  const provider = await openKeyFileProvider(path, 'a passphrase')
  const wrapped = await provider.wrap(context, Buffer.from('key'))
  const again = await openKeyFileProvider(path, 'a passphrase')
  assert.equal(Buffer.from(await again.unwrap(context, wrapped)).toString(), 'key')
  await assert.rejects(again.unwrap({ ...context, project: ids.organisation }, wrapped), { code: 'wrap.forged' })
  await assert.rejects(openKeyFileProvider(path, 'another'), { code: 'keyfile.wrong_passphrase' })
})

test('taking the key file away ends unwrapping at once', async () => {
  const path = folder()
  const provider = await openKeyFileProvider(path, undefined)
  const wrapped = await provider.wrap(context, Buffer.from('key'))
  renameSync(join(path, 'key-file.json'), join(path, 'elsewhere'))
  await assert.rejects(provider.unwrap(context, wrapped), { code: 'key.unavailable' })
})

test('a key file that others can read, or whose passphrase is missing, stops the start', async () => {
  const path = folder()
  await openKeyFileProvider(path, undefined)
  chmodSync(join(path, 'key-file.json'), 0o644)
  await assert.rejects(openKeyFileProvider(path, undefined), { code: 'keyfile.readable_by_others' })
  chmodSync(join(path, 'key-file.json'), 0o600)
  renameSync(join(path, 'key-file.passphrase'), join(path, 'elsewhere'))
  await assert.rejects(openKeyFileProvider(path, undefined), { code: 'keyfile.passphrase_missing' })
})

test('a project is provisioned once, its public keys signed by the anchor, its secrets only wrapped', async () => {
  const path = folder()
  const provider = await openKeyFileProvider(path, undefined)
  const keys = await openSigningKeys(path, provider)
  const made = await provisionProject(path, ids, provider, keys)
  assert.deepEqual(await provisionProject(path, ids, provider, keys), made)
  const set = await verifyStatement(keys.anchor.publicKey, 'sealing-key-set', made.set)
  assert.equal(set['number'], 1)
  assert.deepEqual(
    made.keys.map(({ purpose }) => purpose),
    ['root-key', 'sealing-key'],
  )
  const again = await openSigningKeys(path, provider)
  assert.equal(again.anchor.keyId, keys.anchor.keyId)
  assert.doesNotMatch(readFileSync(join(path, 'signing-keys.json'), 'utf8'), /seed/)
})
