import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { assert as check, integer, property } from 'fast-check'
import type { JournalHeader, SegmentRecord } from '@keyhold/client'
import { Journal } from './journal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyhold-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const header: JournalHeader = {
  format: 1,
  request: 'r',
  sourceLength: 10,
  project: 'p',
  tableId: 't',
  file: 'f',
  fileKey: 'k',
  fingerprintKey: 'g',
  head: Buffer.from('head').toString('base64url'),
  opening: 'o',
  idempotencyKey: 'i',
  created: '2026-01-01T00:00:00.000Z',
}
const ids = { upload: '01890000-0000-7000-8000-000000000001', job: '01890000-0000-7000-8000-000000000002' }

function makeRecords(count: number): SegmentRecord[] {
  return Array.from({ length: count }, () => ({ digest: randomBytes(32), fingerprint: randomBytes(16) }))
}

test('a journal gives back what was put in, and only its owner can read it', async () => {
  const path = join(folder, 'a.upload')
  const journal = Journal.create(path, header)
  assert.equal(journal.ids, undefined)
  const records = makeRecords(5)
  journal.bind(ids)
  await journal.append(records.slice(0, 2))
  await journal.append(records.slice(2))
  journal.close()
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const again = Journal.open(path)
  assert.deepEqual(again?.header, header)
  assert.deepEqual(again?.ids, ids)
  assert.equal(again?.count, 5)
  assert.deepEqual(again?.read(1, 2), records.slice(1, 3))
  const digests = [createHash('sha256').update('head').digest(), ...records.map(({ digest }) => digest)]
  assert.equal(again?.hashContent(), createHash('sha256').update(Buffer.concat(digests)).digest('base64url'))
  again?.delete()
  assert.equal(Journal.open(path), undefined)
})

test('a journal cut off at any byte keeps its whole records, or is not read at all', async () => {
  const path = join(folder, 'a.upload')
  const journal = Journal.create(path, header)
  journal.bind(ids)
  const start = statSync(path).size
  const records = makeRecords(4)
  await journal.append(records)
  journal.close()
  const whole = readFileSync(path)
  check(
    property(integer({ min: 0, max: whole.length }), (length) => {
      writeFileSync(path, whole)
      truncateSync(path, length)
      const cut = Journal.open(path)
      const count = Math.floor(Math.max(0, length - start) / 48)
      if (cut !== undefined) assert.deepEqual(cut.read(0, 9), records.slice(0, count))
      if (length < start - 72) assert.equal(cut, undefined)
      cut?.close()
    }),
  )
})

test('a journal whose header was altered is not believed', () => {
  const path = join(folder, 'a.upload')
  Journal.create(path, header).close()
  const bytes = readFileSync(path)
  bytes[20] = (bytes[20] ?? 0) ^ 1
  writeFileSync(path, bytes)
  assert.equal(Journal.open(path), undefined)
})

test('records after a truncation take the place of the forgotten ones', async () => {
  const path = join(folder, 'a.upload')
  const journal = Journal.create(path, header)
  const [old, fresh] = [makeRecords(4), makeRecords(2)]
  await journal.append(old)
  journal.truncate(1)
  await journal.append(fresh)
  appendFileSync(path, 'torn')
  journal.close()
  const again = Journal.open(path)
  assert.deepEqual(again?.read(0, 9), [...old.slice(0, 1), ...fresh])
  again?.close()
})
