/** From suggested charts to saved reports and a dashboard. */
import { drawId, saveDocument, type AskJson } from '@keyhold/client'
import type { DashboardBody, ReportBody, TableProfile, TilePlace } from '@keyhold/contract'
import { forgetDocument } from '../../api/documents.ts'
import { suggestCharts, type ChartSuggestion } from '../charts/suggest-charts.ts'
import type { Report } from '../../api/report.ts'
import { buildSql } from '../questions/build-sql.ts'

/** A suggestion as a report that is not saved. */
export function readSuggestion(suggestion: ChartSuggestion, profile: TableProfile): { readonly report: Report } {
  const { sql, parameters } = buildSql(suggestion.question, profile.columns)
  const body: ReportBody = { format: 1, description: '', sql, parameters: [...parameters], chart: suggestion.chart }
  return { report: { id: suggestion.title, version: 0, title: suggestion.title, body } }
}

const places: readonly TilePlace[] = [
  { x: 0, y: 0, w: 12, h: 5 },
  { x: 0, y: 5, w: 6, h: 5 },
  { x: 6, y: 5, w: 6, h: 5 },
]

type Place = { readonly project: string; readonly bucket: string; readonly table: string }

/** Saves what is suggested for a table; resolves to the dashboard's id. */
export async function saveSuggestions(ask: AskJson, place: Place, profile: TableProfile): Promise<string> {
  const reports = suggestCharts(profile, place).map((suggestion) => readSuggestion(suggestion, profile).report)
  const saved = await Promise.all(
    reports.map(async ({ title, body }) => {
      const id = drawId(Date.now())
      await saveDocument(ask, { id, kind: 'report', title, body, expectedVersion: null })
      return id
    }),
  )
  const id = drawId(Date.now())
  const tiles = saved.flatMap((report, index) => {
    const at = places[index]
    return at === undefined ? [] : [{ kind: 'report' as const, id: `t${index}`, report, title: '', place: at }]
  })
  const body: DashboardBody = {
    format: 1,
    description: `A first look at ${place.bucket}.${place.table}.`,
    tiles,
    filters: [],
  }
  const title = place.table.replaceAll('_', ' ')
  const shown = title.charAt(0).toUpperCase() + title.slice(1)
  await saveDocument(ask, { id, kind: 'dashboard', title: shown, body, expectedVersion: null })
  await forgetDocument(place.project, id)
  return id
}
