/** What a sample is: files that become tables, reports on them, and a dashboard that tells what is in them. */
import type { DashboardBody, ImportOpening, ReportBody, Tile } from '@keyhold/contract'

export type SampleFile = {
  readonly table: string
  /** For people: what is in it. */
  readonly title: string
  readonly settings: ImportOpening
  /** Served by the control plane to everyone, as public data are; or made by whoever loads the sample. */
  readonly origin:
    | { readonly kind: 'served'; readonly path: string }
    | { readonly kind: 'generated'; readonly chunks: () => Iterable<Uint8Array<ArrayBuffer>> }
}

export type SampleReport = { readonly key: string; readonly title: string; readonly body: ReportBody }

export type Sample = {
  readonly id: 'clinic' | 'flights'
  readonly title: string
  /** One sentence. */
  readonly about: string
  readonly bucket: string
  readonly files: readonly SampleFile[]
  readonly reports: readonly SampleReport[]
  readonly dashboard: {
    readonly title: string
    /** Tiles name reports by their key; `placeReports` puts ids there. */
    readonly body: Omit<DashboardBody, 'tiles'> & { readonly tiles: readonly SampleTile[] }
  }
}

type ReportTile = Extract<Tile, { kind: 'report' }>
export type SampleTile = Extract<Tile, { kind: 'text' }> | (Omit<ReportTile, 'report'> & { readonly key: string })

/** The dashboard's body with the ids under which its reports are saved. */
export function placeReports(sample: Sample, idOf: (key: string) => string): DashboardBody {
  const { tiles, ...body } = sample.dashboard.body
  return {
    ...body,
    tiles: tiles.map((tile) => {
      if (tile.kind === 'text') return tile
      const { key, ...rest } = tile
      return { ...rest, report: idOf(key) }
    }),
  }
}

/**
 * The id of a sample's document in a project: the same each time, so that loading again finds what is there already.
 * A UUID of version 8 (RFC 9562, section 5.8) of the SHA-256 over project, sample and key.
 */
export async function sampleDocumentId(project: string, sample: Sample['id'], key: string): Promise<string> {
  const named = new TextEncoder().encode(`keyhold/sample/${project}/${sample}/${key}`)
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', named))
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Report tiles and text tiles in fewer words. */
export function reportTile(key: string, [x, y, w, h]: readonly [number, number, number, number]): SampleTile {
  return { kind: 'report', id: key, key, title: '', place: { x, y, w, h } }
}

export function textTile(
  id: string,
  [x, y, w, h]: readonly [number, number, number, number],
  text: string,
): SampleTile {
  return { kind: 'text', id, text, place: { x, y, w, h } }
}
