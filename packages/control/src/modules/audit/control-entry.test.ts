import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { entryLeafHash, formatEntry, parseEntry } from '@keyhold/ledger'
import { installationLog, type AuditEvent } from '../../platform/audit-port.ts'
import { formatControlEntry } from './control-entry.ts'
import { hashLeaf } from './leaf.ts'

const id = fc.stringMatching(/^[A-Za-z0-9._:/+=-]{1,40}$/)
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,12}$/)
const event: fc.Arbitrary<AuditEvent> = fc.record({
  organisation: fc.oneof(fc.uuid(), fc.constant(installationLog)),
  project: fc.option(fc.uuid()),
  action: id,
  outcome: fc.constantFrom('success', 'failure', 'denied'),
  code: fc.option(id),
  actor: fc.record({ kind: fc.constantFrom('person', 'token', 'system'), id: fc.option(id) }),
  source: fc.constant(null),
  object: fc.option(fc.record({ kind: id, id })),
  details: fc.dictionary(name, fc.oneof(id, fc.boolean(), fc.maxSafeInteger())),
})
const commitment = fc.option(
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Buffer.from(b).toString('base64url')),
)
const time = '2026-11-23T15:53:24.978Z'

test('an entry written straight is exactly what the ledger’s own encoder makes of it', () => {
  fc.assert(
    fc.property(event, commitment, (made, source) => {
      const text = formatControlEntry(made, time, source)
      const entry = parseEntry(text)
      assert.equal(formatEntry(entry), text)
      assert.equal(entry.source, source)
      assert.equal(entry.organisation, made.organisation === installationLog ? null : made.organisation)
      assert.deepEqual({ ...entry.details }, { ...made.details })
    }),
  )
})

test('a leaf hashed here is exactly what the ledger makes of salt and text', () => {
  const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 16_384 })
  const salt = fc.uint8Array({ minLength: 16, maxLength: 16 })
  fc.assert(
    fc.property(salt, ascii, (bytes, text) =>
      assert.deepEqual(new Uint8Array(hashLeaf(bytes, text)), new Uint8Array(entryLeafHash(bytes, text))),
    ),
  )
})

test('DAT-21: text that is no id cannot get into an entry', () => {
  const base: AuditEvent = {
    organisation: installationLog,
    project: null,
    action: 'a',
    outcome: 'success',
    code: null,
    actor: { kind: 'person', id: null },
    source: null,
    object: null,
    details: {},
  }
  const bad: Partial<AuditEvent>[] = [
    { code: 'two words' },
    { action: '"},{' },
    { actor: { kind: 'person', id: 'someone@example.org' } },
    { object: { kind: 'x', id: 'ä' } },
    { details: { file: 'my file.csv' } },
    { details: { 'a b': 1 } },
    { details: { share: 0.5 } },
    { details: { count: Number.NaN } },
    { project: '' },
  ]
  for (const part of bad) assert.throws(() => formatControlEntry({ ...base, ...part }, time, null), TypeError)
  assert.throws(() => formatControlEntry(base, 'yesterday', null), TypeError)
})
