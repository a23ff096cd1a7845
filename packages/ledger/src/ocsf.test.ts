import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entryCsvHeader, formatEntryCsv } from './entry-csv.ts'
import { prepareEntry, type EntryDraft } from './entry.ts'
import { toOcsf } from './ocsf.ts'
import { readActivityId } from './activity.ts'

const draft: EntryDraft = {
  time: '2026-03-01T10:20:30.400Z',
  organisation: 'org',
  project: 'pro',
  class_uid: 6003,
  activity_id: 4,
  category_uid: 6,
  action: 'token.revoke',
  outcome: 'denied',
  code: 'access.denied',
  actor: { kind: 'person', id: 'ada' },
  object: { kind: 'token', id: 'tok' },
  before: 'A'.repeat(43),
  after: null,
  origin: 'control',
  details: { request: 'r-1', rows: 3 },
}

function list(change: Partial<EntryDraft> = {}, personal: object = { source: '192.0.2.7' }) {
  const { text, disclosures } = prepareEntry({ ...draft, ...change }, personal, () => new Uint8Array(16))
  return { index: 7, entry: text, disclosures }
}

test('CLU-13: an entry becomes an OCSF event of the class API Activity, with nothing lost', () => {
  assert.deepEqual(toOcsf(list()), {
    class_uid: 6003,
    class_name: 'API Activity',
    category_uid: 6,
    category_name: 'Application Activity',
    activity_id: 4,
    activity_name: 'Delete',
    type_uid: 600304,
    time: Date.parse(draft.time),
    severity_id: 2,
    severity: 'Low',
    status_id: 2,
    status: 'Failure',
    status_code: 'access.denied',
    action_id: 2,
    action: 'Denied',
    metadata: {
      version: '1.3.0',
      product: { name: 'Keyhold', vendor_name: 'Keyhold' },
      profiles: ['security_control'],
      uid: 'org/7',
      sequence: 7,
      original_time: draft.time,
      tenant_uid: 'org',
    },
    api: {
      operation: 'token.revoke',
      service: { name: 'keyhold-control' },
      request: { uid: 'r-1' },
      response: { error: 'access.denied' },
    },
    actor: { user: { type_id: 1, type: 'person', uid: 'ada' } },
    src_endpoint: { type_id: 0, type: 'Unknown', ip: '192.0.2.7' },
    resources: [{ type: 'token', uid: 'tok' }],
    unmapped: {
      project: 'pro',
      before: draft.before,
      after: null,
      signed_by: null,
      sequence: null,
      details: { request: 'r-1', rows: 3 },
    },
  })
})

test('an event whose address was erased has an endpoint that says so by being unknown', () => {
  const { src_endpoint: endpoint } = toOcsf({ ...list(), disclosures: [] })
  assert.deepEqual(endpoint, { type_id: 0, type: 'Unknown' })
})

test('CSV has one line an entry, and no field that a spreadsheet would run', () => {
  const line = formatEntryCsv(list({}, { source: '=HYPERLINK("http://x","y"),1' }))
  assert.equal(line.split(',')[0], '7')
  assert.ok(line.includes(`"'=HYPERLINK(""http://x"",""y""),1"`), line)
  assert.equal(line.slice(-2), '\r\n')
  for (const start of ['=', '+', '-', '@', '\t', '\r']) {
    assert.ok(formatEntryCsv(list({}, { source: `${start}1` })).includes(`'${start}1`), JSON.stringify(start))
  }
  // An id may begin with a minus or plus: it is guarded all the same.
  assert.ok(formatEntryCsv(list({ object: { kind: 'row', id: '-1+2' } })).includes(",'-1+2,"))
  assert.equal(entryCsvHeader.split(',').length, 15)
})

test('activities follow the verb', () => {
  assert.deepEqual(
    ['token.create', 'audit.list', 'project.rename', 'person.erase', 'request.send'].map(readActivityId),
    [1, 2, 3, 4, 99],
  )
})
