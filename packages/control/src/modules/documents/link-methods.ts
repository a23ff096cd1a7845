/** The calls of data planes about documents. */
import { Type } from 'typebox'
import type { RegisterControlMethod } from '../link/index.ts'
import { deleteDocument, putDocument } from './change-document.ts'
import type { DocumentSetting } from './setting.ts'
import { listDocumentRows, readDocumentRows } from './store.ts'

/** Heads in one answer. */
const mostAtOnce = 500

const strict = { additionalProperties: false }
const Id = Type.String({ format: 'uuid' })
const Version = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
/** 256 KiB of content with padding and sealing, in base64url. */
const Sealed = Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 500_000 })
const document = { project: Id, document: Id, by: Id }
const Put = Type.Object(
  { ...document, expected: Type.Union([Version, Type.Null()]), version: Version, head: Sealed, body: Sealed },
  strict,
)
const Delete = Type.Object({ ...document, expected: Version }, strict)
const Read = Type.Object(
  { project: Id, documents: Type.Array(Id, { maxItems: mostAtOnce }), bodies: Type.Boolean() },
  strict,
)
const List = Type.Object({ project: Id, after: Type.Union([Id, Type.Null()]) }, strict)

export function registerDocumentMethods(register: RegisterControlMethod, setting: DocumentSetting): void {
  const { database } = setting
  register('documents.put', Put, (peer, params) => putDocument(setting, peer, params))
  register('documents.delete', Delete, (peer, params) => deleteDocument(setting, peer, params))
  register('documents.read', Read, async (peer, { project, documents, bodies }) => ({
    documents: await database.readTenant(peer, (tx) => readDocumentRows(tx, project, documents, bodies)),
  }))
  register('documents.list', List, async (peer, { project, after }) => ({
    documents: await database.readTenant(peer, (tx) => listDocumentRows(tx, project, after, mostAtOnce)),
  }))
}
