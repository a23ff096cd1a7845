import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openLogFile } from './log-file.ts'
import { createLog } from './log.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhold-log-'))
after(() => rmSync(folder, { recursive: true }))

test('DAT-21: an error is logged by name, code and place, without its message, which may quote a value', () => {
  const lines: string[] = []
  const cause = Object.assign(new Error('duplicate key (email)=(someone@example.org)'), { code: '23505' })
  createLog((line) => lines.push(line)).error('request.failed', { incident: 'i1' }, cause)
  assert.equal(lines.length, 1)
  const line = JSON.parse(lines[0] ?? '') as Record<string, string>
  assert.equal(line['errorCode'], '23505')
  assert.match(line['stack'] ?? '', /log\.test\.ts/)
  assert.ok(!lines[0]?.includes('someone'))
})

test('KEB-20: a log file rotates by size, and rotated files older than 14 days go', () => {
  const old = join(folder, 'access.2020-01-01.log')
  writeFileSync(old, 'old\n')
  utimesSync(old, new Date(0), Date.now() / 1000 - 15 * 24 * 3600)
  const file = openLogFile(folder, 'access')
  assert.ok(!readdirSync(folder).includes('access.2020-01-01.log'))
  const line = `${'x'.repeat(1024 * 1024)}\n`
  for (let i = 0; i < 17; i += 1) file.write(line)
  file.flush()
  file.write('last\n')
  file.close()
  assert.equal(readFileSync(join(folder, 'access.log'), 'utf8'), 'last\n')
  assert.equal(readdirSync(folder).length, 2)
})
