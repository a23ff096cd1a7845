/**
 * Operations `document.*` of sealed requests: reports, dashboards and notes that people save. All of it is sealed; the
 * control plane sees ids, versions, sizes, times and who. People only: a token gets `access.denied`.
 *
 * A save with `expectedVersion` null makes the document; otherwise it replaces exactly that version. Where that does not
 * hold the problem is `document.conflict`, whose sealed `detail` is the JSON of a DocumentConflict.
 */
import { Type, type Static } from 'typebox'
import { Count, Id, nullable, strict, Time, Title } from '../schema.ts'

/** Most bytes of a document's body as canonical JSON. */
export const documentBodyLimit = 256 << 10
/** Most documents of a project. */
export const mostDocuments = 10_000

/** `report`, `dashboard`, `note`, and what clients add: the data plane takes any word of this form. */
export const DocumentKind = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' })

/** A document without its body. `createdBy` and `updatedBy` are ids of people. */
export const DocumentHead = strict({
  id: Id,
  kind: DocumentKind,
  title: Title,
  version: Count,
  created: Time,
  updated: Time,
  createdBy: Id,
  updatedBy: Id,
})
export type DocumentHead = Static<typeof DocumentHead>

/** Answer of `document.read`. */
export const Document = strict({ ...DocumentHead.properties, body: Type.Unknown() })
export type Document = Static<typeof Document>

/** Body of the operation `document.save`. `id` is drawn by the client (UUIDv7). */
export const DocumentSave = strict({
  id: Id,
  expectedVersion: nullable(Count),
  kind: DocumentKind,
  title: Title,
  body: Type.Unknown(),
})
export type DocumentSave = Static<typeof DocumentSave>

/** Answer of `document.save`. */
export const DocumentSaved = strict({ id: Id, version: Count, updated: Time })
export type DocumentSaved = Static<typeof DocumentSaved>

/** Body of `document.read`. An id that is not there is `document.unknown`. */
export const DocumentRead = strict({ id: Id })
export type DocumentRead = Static<typeof DocumentRead>

/** Body of `document.list`; every kind when none is named. */
export const DocumentListBody = strict({ kind: Type.Optional(DocumentKind) })
export type DocumentListBody = Static<typeof DocumentListBody>

/** Answer of `document.list`: last updated first. */
export const DocumentList = strict({ documents: Type.Array(DocumentHead) })
export type DocumentList = Static<typeof DocumentList>

/** Body of `document.delete`. Its answer is `{}`; the ciphertext is gone then. The id may be saved again. */
export const DocumentDelete = strict({ id: Id, expectedVersion: Count })
export type DocumentDelete = Static<typeof DocumentDelete>

/** Sealed `detail` of `document.conflict`; null: there is no such document (any more). */
export const DocumentConflict = strict({ version: nullable(Count) })
export type DocumentConflict = Static<typeof DocumentConflict>
