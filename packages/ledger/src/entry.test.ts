import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { encodeCanonical, formatCanonical, parseCanonical } from './canonical.ts'
import {
  emptyChain,
  entryDigest,
  extendChain,
  nextOrigin,
  signDataPlaneEntry,
  verifyDataPlaneEntry,
} from './data-plane-chain.ts'
import { createVerifier } from './ed25519.ts'
import { entryLeafHash, formatEntry, parseEntry, prepareEntry, verifyDisclosures, type LedgerEntry } from './entry.ts'
import { LedgerError } from './errors.ts'
import { createSaltSource } from './personal.ts'
import { leafHash } from './hash.ts'
import { countSalts, dataPlaneId, dataPlaneKey, draftEntry, makeKey, testPersonal } from './test-log.ts'

const code = (expected: string) => (error: unknown) => error instanceof LedgerError && error.code === expected

test('canonical JSON is that of RFC 8785: sorted by code unit, shortest numbers, minimal escapes', () => {
  // The example of RFC 8785 §3.2.3.
  const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
  const sorted = '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}'
  assert.equal(formatCanonical(value), sorted)
  const numbers = [1e9 / 3, 1e-27, 4.5, 2e-3, 0.000001, -0]
  assert.equal(formatCanonical(numbers), '[333333333.3333333,1e-27,4.5,0.002,0.000001,0]')
  assert.equal(formatCanonical('\u20ac$\u000f\nA\'B"\\\\"/'), '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"')
})

test('every JSON value has one canonical form, and only that is read', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
      const exact = JSON.stringify(value, (_, item: unknown) =>
        typeof item === 'number' && Number.isInteger(item) && !Number.isSafeInteger(item) ? 0 : item,
      )
      const text = formatCanonical(JSON.parse(exact))
      assert.equal(formatCanonical(parseCanonical(text)), text)
      assert.throws(() => parseCanonical(` ${text}`), code('ledger.canonical_malformed'))
    }),
  )
  const refused = [
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '[1 ]',
    '1.0',
    '1e2',
    '"\\u0041"',
    '"\\ud800"',
    '9007199254740992',
    '\ufeff1',
    '',
  ]
  for (const text of refused) assert.throws(() => parseCanonical(text), code('ledger.canonical_malformed'), text)
  assert.throws(() => parseCanonical(new Uint8Array([0x22, 0xff, 0x22])), code('ledger.canonical_malformed'))
  const deep = Array.from({ length: 40 }).reduce<unknown>((inner) => [inner], 1)
  for (const value of [undefined, NaN, Infinity, 1n, new Date(0), { a: undefined }, '\udc00', deep]) {
    assert.throws(() => encodeCanonical(value), code('ledger.canonical_malformed'))
  }
})

const prepared = prepareEntry(draftEntry(0, 'control'), testPersonal, countSalts())

test('an entry has commitments where the personal values were, and is read back from its exact text', () => {
  assert.deepEqual(parseEntry(prepared.text), prepared.entry)
  assert.equal(formatEntry(prepared.entry), prepared.text)
  for (const value of ['Ada', 'ada@', '203.0.113.9']) assert.ok(!prepared.text.includes(value))
  assert.equal(prepared.entry.device, null)
  assert.deepEqual(
    prepared.disclosures.map(({ label }) => label),
    ['actor.name', 'actor.email', 'source'],
  )
  assert.equal(new Set(prepared.disclosures.map(({ salt }) => salt)).size, 3)
})

test('leaf and commitments are the HMACs that the format says', () => {
  const data = createHmac('sha256', prepared.salt).update(`keyhold/entry/1\n${prepared.text}`).digest()
  assert.deepEqual(prepared.leafData, new Uint8Array(data))
  assert.deepEqual(prepared.leafHash, leafHash(data))
  assert.deepEqual(entryLeafHash(prepared.salt, prepared.text), prepared.leafHash)
  const [name] = prepared.disclosures
  const commitment = createHmac('sha256', Buffer.from(name!.salt, 'base64url')).update('actor.name\0"Ada Lovelace"')
  assert.equal(prepared.entry.actor.name, commitment.digest('base64url'))
})

test('CLU-13: erasing a personal field leaves the entry verifiable; a changed one is refused', () => {
  const [name, email, source] = prepared.disclosures
  verifyDisclosures(prepared.entry, prepared.disclosures)
  verifyDisclosures(prepared.entry, [email!])
  verifyDisclosures(prepared.entry, [])
  const refused = code('ledger.disclosure_invalid')
  for (const forged of [
    { ...name!, value: 'Grace Hopper' },
    { ...name!, label: 'actor.email' as const },
    { ...name!, label: 'device' as const },
    { ...name!, salt: email!.salt },
    { ...source!, salt: `${source!.salt}AA` },
    { ...source!, salt: '' },
  ]) {
    assert.throws(() => verifyDisclosures(prepared.entry, [forged]), refused)
  }
  assert.throws(() => verifyDisclosures(prepared.entry, [name!, name!]), refused)
})

test('an entry with a field too many, too few or out of shape is refused, naming the field and no value', () => {
  const change = (fields: Record<string, unknown>) => ({ ...prepared.entry, ...fields }) as unknown as LedgerEntry
  const hash = 'A'.repeat(43)
  const cases: readonly [string, LedgerEntry][] = [
    ['time', change({ time: '2026-01-01T00:00:00Z' })],
    ['time', change({ time: '2026-02-30T00:00:00.000Z' })],
    ['organisation', change({ organisation: undefined })],
    ['action', change({ action: 'SELECT secret FROM t' })],
    ['outcome', change({ outcome: 'maybe' })],
    ['actor', change({ actor: { ...prepared.entry.actor, name: 'Ada Lovelace' } })],
    ['actor', change({ actor: { ...prepared.entry.actor, phone: null } })],
    ['source', change({ source: '203.0.113.9' })],
    ['object', change({ object: { kind: 'file', id: 'my secret file.csv' } })],
    ['details', change({ details: { note: 'secret words here' } })],
    ['details', change({ details: { mail: 'secret@example.org' } })],
    ['details', change({ details: { nested: { secret: 1 } } })],
    ['details', change({ details: { ratio: 0.5 } })],
    ['origin', change({ origin: 'data' })],
    ['origin', change({ origin: { dataPlane: hash, sequence: 1, previous: hash } })],
    ['origin', change({ origin: { dataPlane: hash, sequence: 2, previous: null } })],
    ['origin', change({ origin: { dataPlane: hash, sequence: 0, previous: null } })],
  ]
  for (const [field, entry] of cases) {
    const named = (error: unknown) =>
      code('ledger.entry_malformed')(error) && String(error).includes(`"${field}"`) && !String(error).includes('secret')
    assert.throws(() => formatEntry(entry), named, field)
  }
  assert.throws(() => formatEntry(change({ extra: 1 })), code('ledger.entry_malformed'))
  assert.throws(() => parseEntry(`{"a":${prepared.text}}`), code('ledger.entry_malformed'))
  const many = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`k${i}`, Array(64).fill('x'.repeat(128))]))
  assert.throws(() => formatEntry(change({ details: many })), code('ledger.entry_malformed'))
})

test('KH-02: a data plane’s signature covers every byte of its entry', async () => {
  const verify = createVerifier()
  const { text } = prepareEntry(draftEntry(0, nextOrigin(dataPlaneId, emptyChain)), {}, countSalts())
  const signature = await signDataPlaneEntry(text, dataPlaneKey.sign)
  await verifyDataPlaneEntry(dataPlaneKey.publicKey, text, signature, verify)
  const refused = code('ledger.signature_invalid')
  await assert.rejects(verifyDataPlaneEntry(makeKey(9).publicKey, text, signature, verify), refused)
  await assert.rejects(verifyDataPlaneEntry(dataPlaneKey.publicKey, text, signature.slice(1), verify), refused)
  for (const at of [0, 100, text.length - 1]) {
    const changed = `${text.slice(0, at)}~${text.slice(at + 1)}`
    await assert.rejects(verifyDataPlaneEntry(dataPlaneKey.publicKey, changed, signature, verify), refused)
  }
})

test('KH-02: a gap, a repeat or another past in a data plane’s chain is found', () => {
  const make = (number: number, head: { sequence: number; digest: string | null }) =>
    prepareEntry(draftEntry(number, nextOrigin(dataPlaneId, head)), {}, countSalts())
  const one = make(1, emptyChain)
  const first = extendChain(emptyChain, one.entry, one.text)
  assert.deepEqual(first, { sequence: 1, digest: entryDigest(one.text) })
  const two = make(2, first)
  const second = extendChain(first, two.entry, two.text)
  const three = make(3, second)
  const other = make(4, emptyChain)
  assert.throws(() => extendChain(first, three.entry, three.text), code('ledger.chain_gap'))
  assert.throws(() => extendChain(first, one.entry, one.text), code('ledger.chain_broken'))
  const past = { sequence: 1, digest: entryDigest(other.text) }
  assert.throws(() => extendChain(past, two.entry, two.text), code('ledger.chain_broken'))
  assert.throws(() => extendChain(first, prepared.entry, prepared.text), code('ledger.entry_malformed'))
})

test('salts drawn in blocks are the generator’s bytes, each used once', () => {
  let drawn = 0
  const drawSalt = createSaltSource((count) => new Uint8Array(count).map(() => drawn++ & 0xff))
  const salts = Array.from({ length: 600 }, drawSalt)
  assert.ok(salts.every((salt, i) => salt.length === 16 && salt.every((byte, j) => byte === ((i * 16 + j) & 0xff))))
  assert.equal(drawn, 3 * 4096)
})
