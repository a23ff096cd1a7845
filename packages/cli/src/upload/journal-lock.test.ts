import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { lockJournal } from './journal-lock.ts'

test('an upload is gone on with by one process at a time; a dead one’s lock does not count', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-lock-'))
  const path = join(folder, 'a.upload')
  const unlock = lockJournal(path)
  assert.throws(() => lockJournal(path), { code: 'upload.already_running' })
  unlock()
  lockJournal(path)()
  writeFileSync(`${path}.lock`, JSON.stringify({ pid: process.pid, boot: 'another start of this machine' }))
  lockJournal(path)()
  writeFileSync(`${path}.lock`, 'torn')
  lockJournal(path)()
  rmSync(folder, { recursive: true })
})
