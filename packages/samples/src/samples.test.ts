import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DashboardBody, gridColumns, ImportOpening, ReportBody } from '@keyhold/contract'
import { Value } from 'typebox/value'
import { placeReports, sampleDocumentId, samples } from './index.ts'

const project = '01890000-0000-7000-8000-000000000001'

for (const sample of Object.values(samples)) {
  test(`${sample.id}: files, reports and dashboard have the form of the contract`, async () => {
    for (const file of sample.files) Value.Assert(ImportOpening, file.settings)
    for (const report of sample.reports) Value.Assert(ReportBody, report.body)
    const ids = new Map<string, string>()
    for (const { key } of sample.reports) ids.set(key, await sampleDocumentId(project, sample.id, key))
    Value.Assert(
      DashboardBody,
      placeReports(sample, (key) => ids.get(key) ?? ''),
    )
  })

  test(`${sample.id}: every report is on the dashboard once, and no tile lies on another`, () => {
    const { tiles } = sample.dashboard.body
    const keys = tiles.flatMap((tile) => (tile.kind === 'report' ? [tile.key] : []))
    assert.deepEqual(keys.toSorted(), sample.reports.map(({ key }) => key).toSorted())
    const taken = new Set<string>()
    for (const { place } of tiles) {
      assert.ok(place.x + place.w <= gridColumns)
      for (let x = place.x; x < place.x + place.w; x++) {
        for (let y = place.y; y < place.y + place.h; y++) {
          assert.ok(!taken.has(`${x} ${y}`))
          taken.add(`${x} ${y}`)
        }
      }
    }
  })

  test(`${sample.id}: each parameter that a report's SQL names is declared, and no other`, () => {
    for (const { key, body } of sample.reports) {
      const named = new Set([...body.sql.matchAll(/\$([a-z]+)/g)].map(([, name]) => name))
      assert.deepEqual(named, new Set(body.parameters.map(({ name }) => name)), key)
    }
  })
}

test('a document of a sample has the same id each time, and another one in another project', async () => {
  const id = await sampleDocumentId(project, 'clinic', 'ages')
  assert.equal(id, await sampleDocumentId(project, 'clinic', 'ages'))
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.notEqual(id, await sampleDocumentId(project.replace('1', '2'), 'clinic', 'ages'))
})
