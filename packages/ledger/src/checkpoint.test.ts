import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  readCheckpoint,
  signCheckpoint,
  verifyExtension,
} from './checkpoint.ts'
import { LedgerError } from './errors.ts'
import { cosignNote, signNote } from './note.ts'
import { proveConsistency } from './prove.ts'
import { logSigner, makeLog, makeSigner, testOrigin } from './test-log.ts'

const code = (expected: string) => (error: unknown) => error instanceof LedgerError && error.code === expected
const witness = makeSigner('witness.example/w1', 3, 'cosignature')
const root = new Uint8Array(32).fill(7)

test('a checkpoint is origin, size and root, a line each, and is read back', () => {
  const text = formatCheckpoint({ origin: 'example.com/log', size: 20_852_163, root })
  assert.equal(text, 'example.com/log\n20852163\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n')
  assert.deepEqual(parseCheckpoint(text), { origin: 'example.com/log', size: 20_852_163, root })
})

test('text that is not exactly a checkpoint is refused', () => {
  const encoded = root.toBase64()
  const cases = [
    '',
    `log\n1\n${encoded}`,
    `\n1\n${encoded}\n`,
    `log\n01\n${encoded}\n`,
    `log\n-1\n${encoded}\n`,
    `log\n+1\n${encoded}\n`,
    `log\n1.0\n${encoded}\n`,
    `log\n9007199254740992\n${encoded}\n`,
    `log\n\n${encoded}\n`,
    `log\n1\n${encoded.slice(0, -1)}\n`,
    `log\n1\n${encoded.slice(4)}\n`,
    `log\n1\n${encoded.replace('wc=', 'wd=')}\n`,
    `log\n1\n${encoded}\nextension\n`,
    `log\n1\n${encoded}\n\n`,
    `log\n0\n${encoded}\n`,
  ]
  for (const text of cases)
    assert.throws(() => parseCheckpoint(text), code('ledger.checkpoint_malformed'), JSON.stringify(text))
  assert.throws(() => formatCheckpoint({ origin: 'a\nb', size: 1, root }), code('ledger.checkpoint_malformed'))
  assert.throws(() => formatCheckpoint({ origin: 'a', size: 0.5, root }), code('ledger.range_invalid'))
})

test('KH-02: a checkpoint opens with its log’s key, and names the witnesses that cosigned', async () => {
  const note = await signCheckpoint({ origin: testOrigin, size: 5, root }, [logSigner])
  const cosigned = await cosignNote(note, witness, 1_700_000_000)
  const opened = await openCheckpoint(cosigned, { log: [logSigner.key], witnesses: [witness.key] })
  assert.deepEqual(opened.witnesses, [{ key: witness.key, timestamp: 1_700_000_000 }])
  assert.deepEqual(readCheckpoint(cosigned), { origin: testOrigin, size: 5, root })
})

test('a witness’s signature does not stand in for the log’s, nor another log’s key', async () => {
  const other = makeSigner('example.com/other', 4)
  const signed = await signCheckpoint({ origin: testOrigin, size: 5, root }, [other])
  const cosigned = await cosignNote(signed, witness, 1)
  const keys = { log: [logSigner.key], witnesses: [witness.key] }
  await assert.rejects(openCheckpoint(cosigned, keys), code('ledger.note_unsigned'))
  await assert.rejects(openCheckpoint(cosigned, { log: [witness.key] }), code('ledger.note_unsigned'))
  await assert.rejects(openCheckpoint(signed, { log: [other.key] }), code('ledger.origin_mismatch'))
  await assert.rejects(
    openCheckpoint(await signNote('hello\n', [logSigner]), keys),
    code('ledger.checkpoint_malformed'),
  )
})

test('KH-02: a later checkpoint must extend the earlier one of the same log', async () => {
  const [older, newer] = [await makeLog(90), await makeLog(300)]
  const proof = await proveConsistency(newer.read, 90, 300)
  verifyExtension(older.checkpoint, newer.checkpoint, proof)
  assert.throws(() => verifyExtension(newer.checkpoint, older.checkpoint, proof), code('ledger.rolled_back'))
  const rewritten = (await makeLog(300, 5)).checkpoint
  assert.throws(() => verifyExtension(older.checkpoint, rewritten, proof), code('ledger.consistency_invalid'))
  const renamed = { ...newer.checkpoint, origin: 'example.com/other' }
  assert.throws(() => verifyExtension(older.checkpoint, renamed, proof), code('ledger.origin_mismatch'))
})
