/** A dashboard's body while it is read and changed. */
import type { DashboardBody, Document, Tile } from '@keyhold/contract'
import { isDashboardBody } from '../../api/checks/dashboard-body.ts'
import { WebProblem } from '../../api/problem.ts'
import type { Report } from '../../api/report.ts'
import { findPlace, settleTiles } from './tile-places.ts'

export type Dashboard = {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly body: DashboardBody
}

/** Throws `document.malformed`: another version of the app wrote it, or another program. */
export function readDashboard({ id, version, title, body }: Document): Dashboard {
  if (!isDashboardBody(body)) throw malformed()
  return { id, version, title, body: { ...body, tiles: settleTiles(body.tiles) } }
}

function malformed(): WebProblem {
  return new WebProblem(
    'document.malformed',
    'This dashboard is not in a form that this page knows',
    'Reload the page: a newer version of it may be there.',
  )
}

export const blankDashboard: DashboardBody = { format: 1, description: '', tiles: [], filters: [] }

const drawTileId = (): string => crypto.randomUUID().slice(0, 8)

/** The body with a report on it, in the highest place that is free. */
export function addReport(body: DashboardBody, report: Report): DashboardBody {
  const isNumber = report.body.chart?.kind === 'number'
  const place = findPlace(body.tiles, isNumber ? 3 : 6, isNumber ? 2 : 5)
  const tile: Tile = { kind: 'report', id: drawTileId(), report: report.id, title: '', place }
  return { ...body, tiles: [...body.tiles, tile] }
}

export function addText(body: DashboardBody): DashboardBody {
  const tile: Tile = {
    kind: 'text',
    id: drawTileId(),
    text: '### A heading\n\nWords.',
    place: findPlace(body.tiles, 4, 3),
  }
  return { ...body, tiles: [...body.tiles, tile] }
}

export function removeTile(body: DashboardBody, id: string): DashboardBody {
  return { ...body, tiles: settleTiles(body.tiles.filter((tile) => tile.id !== id)) }
}

/** The body with one tile changed in what it says, not where it is. */
export function changeTile(body: DashboardBody, changed: Tile): DashboardBody {
  return { ...body, tiles: body.tiles.map((tile) => (tile.id === changed.id ? changed : tile)) }
}
