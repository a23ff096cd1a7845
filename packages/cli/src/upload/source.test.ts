import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { CliError } from '../errors.ts'
import { openSource } from './source.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhold-source-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const refused = (code: string) => (error: unknown) => error instanceof CliError && error.code === code

test('what is no regular file is refused at once: an upload must be able to read it again', async (context) => {
  await assert.rejects(openSource(folder), refused('input.unreadable'))
  const pipe = join(folder, 'pipe')
  if (spawnSync('mkfifo', [pipe]).status !== 0) return context.skip('mkfifo is not on this machine')
  await assert.rejects(openSource(pipe), refused('input.unreadable'))
})

test('a missing and an empty file are refused by a code of their own', async () => {
  await assert.rejects(openSource(join(folder, 'missing')), refused('input.unreadable'))
  writeFileSync(join(folder, 'empty'), '')
  await assert.rejects(openSource(join(folder, 'empty')), refused('upload.source_empty'))
})
