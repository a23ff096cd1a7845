import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { noticeVersion, usualRetentionDays } from '@keyhold/contract'
import { noticeParagraphs, noticeTitle } from './notice.ts'

const text = readFileSync(new URL('../../../../../docs/personal-data.md', import.meta.url), 'utf8')

/** The text of each version, by digest: a changed text needs a new version, so that people are asked again. */
const versions: Readonly<Record<string, string>> = {
  '2026-11-25': 'zu1iQvuVIwGNSIb_4zawl4GIuvZQqjzl4_5P74260dw',
}

test('CLN-08: the app shows the notice that the documents have, word for word', () => {
  assert.equal(`# ${noticeTitle}\n\n${noticeParagraphs.join('\n\n')}\n`, text)
  assert.ok(text.includes(`${usualRetentionDays} days`))
})

test('CLN-08: the text in force is the one of its version; a change needs a new version in the contract', () => {
  assert.equal(versions[noticeVersion], createHash('sha256').update(text).digest('base64url'))
})
