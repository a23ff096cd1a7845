/** Descriptions of a table and its columns: a sealed document of the kind `table-note`, titled with the table's name. */
import { drawId } from '@keyhold/client'
import type { Document, DocumentHead, DocumentList } from '@keyhold/contract'
import { askJson } from '../../api/data-plane.ts'
import type { DataPlane } from '@keyhold/client'

const kind = 'table-note'

export type TableNote = {
  /** Of the table; '' when nobody wrote one. */
  readonly about: string
  /** By column. */
  readonly columns: Readonly<Record<string, string>>
  /** Null until the first save. */
  readonly document: Pick<DocumentHead, 'id' | 'version'> | null
}

/** The note of a table by its full name; an empty one where there is none. Throws what `askJson` does. */
export async function readTableNote(plane: DataPlane, name: string, signal?: AbortSignal): Promise<TableNote> {
  const { documents } = (await askJson(plane, 'document.list', { kind }, signal)) as DocumentList
  const head = documents.find(({ title }) => title === name)
  if (head === undefined) return { about: '', columns: {}, document: null }
  const document = (await askJson(plane, 'document.read', { id: head.id }, signal)) as Document
  return { ...parseBody(document.body), document: { id: document.id, version: document.version } }
}

/** Saves it, if nobody else has meanwhile: `document.conflict`. */
export async function saveTableNote(plane: DataPlane, name: string, note: TableNote): Promise<void> {
  const { about, columns, document } = note
  await askJson(plane, 'document.save', {
    id: document?.id ?? drawId(Date.now()),
    expectedVersion: document?.version ?? null,
    kind,
    title: name,
    body: { about, columns },
  })
}

/** What another client may have written is read with care. */
export function parseBody(body: unknown): Pick<TableNote, 'about' | 'columns'> {
  const { about, columns } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const texts = Object.entries(typeof columns === 'object' && columns !== null ? columns : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return { about: typeof about === 'string' ? about : '', columns: Object.fromEntries(texts) }
}
