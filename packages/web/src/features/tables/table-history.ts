/** The states that a table had, each by a manifest; verified here with the data plane's own key. */
import { digestStatement, verifyStatement } from '@keyhold/sealed'
import type { CallOutput, Manifest, Signed } from '@keyhold/contract'

type View = CallOutput<'readOperatorView'>

export type TableState = {
  readonly sequence: number
  readonly rows: number
  readonly files: number
  readonly bytes: number
  readonly columns: number
  readonly created: string
  /** Rows more than in the state before; null when that one is not known. */
  readonly added: number | null
  readonly job: string | null
  /** Who loaded it: id of the person or token, where the upload is still known. */
  readonly loadedBy: string | null
  readonly digest: string
  /** Signed by the data plane that the anchor vouches for, and continuing the state before where that is here. */
  readonly verified: boolean
}

/** Newest first. `dataPlaneKey`: 32 bytes. */
export async function readHistory({ rows }: View, dataPlaneKey: Uint8Array): Promise<TableState[]> {
  const snapshots = (rows['snapshots'] ?? []) as readonly Record<string, unknown>[]
  const jobs = new Map((rows['jobs'] ?? []).map((job) => [job['id'], job]))
  const uploads = new Map((rows['uploads'] ?? []).map((upload) => [upload['id'], upload]))
  const states: TableState[] = []
  let before: { digest: string; rows: number } | null = null
  for (const row of snapshots.toSorted((a, b) => Number(a['sequence']) - Number(b['sequence']))) {
    const signed = row['manifest'] as Signed
    const manifest = await openManifest(signed, dataPlaneKey)
    const digest = await digestStatement(signed)
    const continues = before === null || manifest?.previous === before.digest
    const upload = uploads.get(jobs.get(row['job'])?.['upload'])
    const principal = upload?.['principal'] as { id?: string } | undefined
    states.push({
      sequence: Number(row['sequence']),
      rows: manifest?.rows ?? Number(row['rows']),
      files: manifest?.files.length ?? 0,
      bytes: manifest?.files.reduce((sum, { length }) => sum + length, 0) ?? Number(row['bytes']),
      columns: manifest?.columns.length ?? 0,
      created: manifest?.created ?? String(row['created']),
      added: before === null ? null : (manifest?.rows ?? 0) - before.rows,
      job: typeof row['job'] === 'string' ? row['job'] : null,
      loadedBy: principal?.id ?? null,
      digest,
      verified: manifest !== null && manifest.sequence === Number(row['sequence']) && continues,
    })
    before = { digest, rows: manifest?.rows ?? 0 }
  }
  return states.toReversed()
}

async function openManifest(signed: Signed, key: Uint8Array): Promise<Manifest | null> {
  try {
    return (await verifyStatement(key, 'manifest', signed)) as Manifest
  } catch {
    return null
  }
}
