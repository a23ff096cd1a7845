import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { drawSigningSeed, importSigningSeed } from '@keyhold/sealed'
import { TestLedger } from '../testing/test-ledger.ts'
import type { EntryDraft } from './draft.ts'
import { LedgerClient, type LedgerOptions } from './ledger-client.ts'

const draft = (action: string): EntryDraft => ({
  action,
  outcome: 'success',
  code: null,
  project: null,
  actor: null,
  object: null,
})

async function makeOptions(ledger: TestLedger): Promise<LedgerOptions> {
  return {
    folder: mkdtempSync(join(tmpdir(), 'keyhold-ledger-')),
    organisation: '01890000-0000-7000-8000-000000000001',
    identity: await importSigningSeed(drawSigningSeed()),
    ledgerKey: ledger.verifierKey,
    log: () => {},
    append: (params) => ledger.append(params),
  }
}

function sequences(ledger: TestLedger): number[] {
  return ledger.entries.map(({ origin }) => (origin === 'control' ? 0 : origin.sequence))
}

test('many entries at once share few appends and keep their order', async () => {
  const ledger = new TestLedger()
  const options = await makeOptions(ledger)
  let appends = 0
  const client = await LedgerClient.open({ ...options, append: (params) => (appends++, ledger.append(params)) })
  await Promise.all(Array.from({ length: 2500 }, (_, index) => client.record(draft(`act.${index}`))))
  assert.deepEqual(
    ledger.actions,
    Array.from({ length: 2500 }, (_, index) => `act.${index}`),
  )
  assert.ok(appends <= 5, `${appends}`)
  await client.stop()
})

test('KH-02: what the log never answered is sent again after a restart, once, in the same places', async () => {
  const ledger = new TestLedger()
  const options = await makeOptions(ledger)
  const away = async () => Promise.reject(new Error('away'))
  const first = await LedgerClient.open({ ...options, append: away })
  await assert.rejects(first.record(draft('one'), draft('two')), { code: 'ledger.unavailable' })
  await first.stop()
  const lost = async (params: Parameters<LedgerOptions['append']>[0]) => {
    await ledger.append(params)
    throw new Error('the answer was lost')
  }
  const second = await LedgerClient.open({ ...options, append: lost })
  await assert.rejects(second.record(draft('three')), { code: 'ledger.unavailable' })
  await second.stop()
  const third = await LedgerClient.open(options)
  await third.record(draft('four'))
  assert.deepEqual(ledger.actions, ['one', 'two', 'three', 'four'])
  assert.deepEqual(sequences(ledger), [1, 2, 3, 4])
  await third.stop()
})

test('an answer whose proof, signature or history does not verify releases nothing', async () => {
  const ledger = new TestLedger()
  const client = await LedgerClient.open(await makeOptions(ledger))
  await client.record(draft('one'))
  const other = new TestLedger()
  const tampers: NonNullable<TestLedger['tamper']>[] = [
    (reply) => ({ ...reply, proofs: [] }),
    (reply) => ({ ...reply, proofs: reply.proofs.map((proof) => ({ ...proof, index: proof.index - 1 })) }),
    (reply) => ({ ...reply, consistency: ['A'.repeat(43)] }),
    (reply) => ({
      ...reply,
      checkpoint: reply.checkpoint.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) + 1}\n`),
    }),
    (reply) => ({
      ...reply,
      checkpoint: reply.checkpoint.replaceAll(/test\/\S+/g, other.verifierKey.split('+')[0] ?? ''),
    }),
  ]
  for (const tamper of tampers) {
    ledger.tamper = tamper
    await assert.rejects(client.record(draft('more')), { code: 'ledger.unavailable' })
  }
  ledger.tamper = undefined
  await client.record(draft('last'))
  assert.deepEqual(
    sequences(ledger),
    sequences(ledger).map((_, index) => index + 1),
  )
  await client.stop()
})
