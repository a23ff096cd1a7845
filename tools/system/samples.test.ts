/** The samples through both planes: loaded from a shell, every report asked as the dashboard asks it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { withClient } from '@keyhold/cli/client'
import type { DocumentList, QueryParameter } from '@keyhold/contract'
import { samples, type Sample } from '@keyhold/samples'
import { startTestInstallation, type TestInstallation } from '../testing/shell.ts'

let installation: TestInstallation

before(async () => {
  installation = await startTestInstallation()
})
after(() => installation?.end())

/** Columns and number of rows of one report. */
async function ask(sql: string, parameters: readonly QueryParameter[]): Promise<{ names: string[]; rows: number }> {
  return withClient(installation.owner.home, async ({ dataPlane }) => {
    const answer = await dataPlane.ask('query', { sql, parameters })
    await answer.close()
    return { names: (answer.meta.columns ?? []).map(({ name }) => name), rows: answer.meta.rows ?? 0 }
  })
}

async function countDocuments(kind: string): Promise<number> {
  return withClient(installation.owner.home, async ({ dataPlane }) => {
    const answer = await dataPlane.ask('document.list', { kind })
    const list = JSON.parse(Buffer.from(await answer.read(0, answer.bodyLength)).toString('utf8')) as DocumentList
    await answer.close()
    return list.documents.length
  })
}

/** What the dashboard's filters say, where a report has their parameters. */
function choose(parameters: readonly QueryParameter[], chosen: Readonly<Record<string, QueryParameter['value']>>) {
  return parameters.map((parameter) => ({ ...parameter, value: chosen[parameter.name] ?? null }))
}

const filters: Readonly<Record<Sample['id'], Readonly<Record<string, QueryParameter['value']>>>> = {
  clinic: { from: '2024-01-01', to: '2025-12-31', department: ['General practice', 'Cardiology'] },
  flights: { from: '2001-02-01', to: '2001-03-31', origin: ['ORD', 'ATL', 'DFW', 'LAX', 'PHX'] },
}

for (const sample of Object.values(samples)) {
  test(`CLU-18: keyhold sample ${sample.id} brings tables, reports and one dashboard`, async () => {
    const { address } = await installation.owner.json<{ address: string }>(['sample', sample.id])
    assert.match(address, /^https:\/\/[^/]+\/p\/[0-9a-f-]+\/dashboards\/[0-9a-f-]+$/)
    for (const [index, { key, body }] of sample.reports.entries()) {
      const all = await ask(body.sql, body.parameters)
      assert.ok(all.rows > 0, key)
      const { chart } = body
      for (const name of [chart?.x, chart?.split, ...(chart?.y ?? [])])
        assert.ok(name === undefined || all.names.includes(name), `${key}: ${name}`)
      const some = await ask(body.sql, choose(body.parameters, filters[sample.id]))
      assert.ok(some.rows > 0, `${key} (${index}) with filters`)
    }
    for (const filter of sample.dashboard.body.filters) {
      if (filter.kind === 'list') assert.ok((await ask(filter.options, [])).rows > 1)
    }
  })

  test(`${sample.id}: loading it again changes nothing`, async () => {
    const before = [await countDocuments('report'), await countDocuments('dashboard')]
    const { tables } = await installation.owner.json<{ tables: { name: string; sequence: number }[] }>(['tables'])
    await installation.owner.json(['sample', sample.id])
    assert.deepEqual([await countDocuments('report'), await countDocuments('dashboard')], before)
    assert.deepEqual(await installation.owner.json(['tables']), { tables })
  })
}
