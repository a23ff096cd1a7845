import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { LedgerError } from './errors.ts'
import { cosignNote, formatNote, openNote, parseNote, signNote } from './note.ts'
import { makeSigner } from './test-log.ts'
import { formatVerifierKey, makeVerifierKey, parseVerifierKey } from './verifier-key.ts'

const code = (expected: string) => (error: unknown) => error instanceof LedgerError && error.code === expected
const ada = makeSigner('example.com/ada', 1)
const bob = makeSigner('example.com/bob', 2)
const witness = makeSigner('witness.example/w1', 3, 'cosignature')

// The example of signed-note, "Verifier keys".
const publishedKey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const publishedNote =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'

test('the note that signed-note publishes opens with the key that it publishes', async () => {
  const key = parseVerifierKey(publishedKey)
  assert.equal(formatVerifierKey(key), publishedKey)
  const { text, signatures } = await openNote(publishedNote, [key])
  assert.equal(text, 'This is an example message.\n')
  assert.deepEqual(signatures, [{ key, timestamp: null }])
})

test('any text is signed by several, opened by each, and refused after any change', async () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll(/\p{Cc}/gu, ''))
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 5 }), fc.nat(), async (lines, at) => {
      const text = `${lines.join('\n')}\n`
      const note = await signNote(text, [ada, bob])
      assert.deepEqual(formatNote(parseNote(note)), note)
      for (const { key } of [ada, bob]) assert.equal((await openNote(note, [key])).text, text)
      const changed = note.slice(0, at % note.length) + '~' + note.slice((at % note.length) + 1)
      if (changed !== note)
        await assert.rejects(
          openNote(changed, [ada.key, bob.key]).then((opened) => {
            // One signature line broken beyond recognition leaves the other, over an unchanged text.
            assert.equal(opened.text, text)
            throw new LedgerError('ledger.note_unsigned', 'still whole')
          }),
          LedgerError,
        )
    }),
    { numRuns: 60 },
  )
})

test('unknown keys are ignored, a known key’s wrong signature refuses the whole note', async () => {
  const note = await signNote('hello\n', [ada, bob])
  await assert.rejects(openNote(note, [witness.key]), code('ledger.note_unsigned'))
  await assert.rejects(openNote(note, []), code('ledger.note_unsigned'))
  const { text, signatures } = parseNote(note)
  const forged = formatNote({ text, signatures: [signatures[0]!, { ...signatures[1]!, bytes: signatures[0]!.bytes }] })
  assert.equal((await openNote(forged, [ada.key])).signatures.length, 1)
  await assert.rejects(openNote(forged, [ada.key, bob.key]), code('ledger.note_signature_invalid'))
  const short = formatNote({ text, signatures: [{ ...signatures[0]!, bytes: signatures[0]!.bytes.slice(1) }] })
  await assert.rejects(openNote(short, [ada.key]), code('ledger.note_signature_invalid'))
})

test('two known keys of one name and id are refused rather than chosen between', async () => {
  const note = await signNote('hello\n', [ada])
  const twin = { ...ada.key, publicKey: bob.key.publicKey }
  await assert.rejects(openNote(note, [ada.key, twin]), code('ledger.key_malformed'))
  assert.equal((await openNote(note, [ada.key, ada.key])).signatures.length, 1)
})

test('a cosignature carries its time, replaces an earlier one, and is bound to time and text', async () => {
  const note = await signNote('origin\n0\nroot\n', [ada])
  const once = await cosignNote(note, witness, 1_700_000_000)
  const twice = await cosignNote(once, witness, 1_700_000_100)
  const { signatures } = await openNote(twice, [ada.key, witness.key])
  assert.deepEqual(
    signatures.map(({ key, timestamp }) => [key.name, timestamp]),
    [
      ['example.com/ada', null],
      ['witness.example/w1', 1_700_000_100],
    ],
  )
  const parsed = parseNote(once)
  const bytes = parsed.signatures[1]!.bytes.map((byte, i) => (i === 7 ? byte ^ 1 : byte))
  const later = formatNote({ ...parsed, signatures: [parsed.signatures[0]!, { ...parsed.signatures[1]!, bytes }] })
  await assert.rejects(openNote(later, [witness.key]), code('ledger.note_signature_invalid'))
  await assert.rejects(cosignNote(note, ada, 1), code('ledger.key_malformed'))
  await assert.rejects(signNote('hello\n', [witness]), code('ledger.key_malformed'))
  await assert.rejects(cosignNote(note, witness, -1), code('ledger.range_invalid'))
})

test('text that is not exactly a note is refused', () => {
  const signature =
    '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM='
  const cases = [
    '',
    'hello\n',
    `hello\n${signature}\n`,
    `hello\n\n${signature}`,
    `hello\n\n${signature}\n\n`,
    `hello\n\n${signature}\r\n`,
    `he\tllo\n\n${signature}\n`,
    `hello\u0000\n\n${signature}\n`,
    `hello\ud800\n\n${signature}\n`,
    `hello\n\n${signature} \n`,
    `hello\n\n${signature.replace('— ', '- ')}\n`,
    `hello\n\n${signature.replace('example.com/foo', 'example.com+foo')}\n`,
    `hello\n\n${signature.replace('example.com/foo', '')}\n`,
    `hello\n\n${signature.replace('example.com/foo', 'a\u00a0b')}\n`,
    `hello\n\n${signature.slice(0, -1)}\n`,
    `hello\n\n${signature.replace('QM=', 'QN=')}\n`,
    'hello\n\n— example.com/foo Uw2QOg==\n',
    `hello\n\n${`${signature}\n`.repeat(65)}`,
    `${'x'.repeat(1_000_001)}\n\n${signature}\n`,
  ]
  for (const note of cases)
    assert.throws(() => parseNote(note), code('ledger.note_malformed'), JSON.stringify(note).slice(0, 80))
})

test('text that is not exactly a verifier key is refused', () => {
  assert.deepEqual(parseVerifierKey(formatVerifierKey(witness.key)), witness.key)
  const cases = [
    '',
    'example.com/foo',
    publishedKey.slice(0, -4),
    `${publishedKey}=`,
    publishedKey.replace('530d903a', '530d903b'),
    publishedKey.replace('530d903a', '530D903A'),
    publishedKey.replace('530d903a', '0530d903a'),
    publishedKey.replace('example.com/foo', 'example.com/fop'),
    publishedKey.replace('+Aek', '+Auk'),
    `${publishedKey} `,
  ]
  for (const text of cases) assert.throws(() => parseVerifierKey(text), code('ledger.key_malformed'), text)
  assert.throws(() => makeVerifierKey('a b', 'ed25519', ada.key.publicKey), code('ledger.key_malformed'))
  assert.throws(() => makeVerifierKey('a', 'ed25519', new Uint8Array(31)), code('ledger.key_malformed'))
})

test('every verifier key is read back, plus signs in its base64 included', () => {
  const type = fc.constantFrom('ed25519' as const, 'cosignature' as const)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), type, (publicKey, type) => {
      const key = makeVerifierKey('example.com/log', type, publicKey)
      assert.deepEqual(parseVerifierKey(formatVerifierKey(key)), key)
    }),
  )
})
