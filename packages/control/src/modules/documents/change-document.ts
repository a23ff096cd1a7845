/** Storing and deleting: version compared, change and audit entry in one transaction. */
import { createHash } from 'node:crypto'
import { mostDocuments, type ControlMethods } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { DataPlanePeer } from '../link/index.ts'
import { hasProject } from '../projects/index.ts'
import { failDocument } from './errors.ts'
import type { DocumentSetting } from './setting.ts'
import {
  countDocuments,
  deleteDocumentRow,
  type DocumentRow,
  insertDocument,
  lockVersion,
  updateDocument,
} from './store.ts'

type Put = ControlMethods['documents.put']
type Delete = ControlMethods['documents.delete']
type Act = { readonly action: string; readonly project: string; readonly document: string; readonly by: string }
type Facts = Readonly<Record<string, number | string>>
type Done<R> = { readonly result: R; readonly included?: () => Promise<void> }

/** @throws `project.unknown`, `document.too_many` */
export async function putDocument(
  setting: DocumentSetting,
  peer: DataPlanePeer,
  params: Put['params'],
): Promise<Put['result']> {
  const { project, document, expected, by } = params
  const row = describeRow(setting, peer, params)
  return change<Put['result']>(setting, peer, async (tx) => {
    if (!(await hasProject(tx, project))) throw failDocument('project.unknown')
    const version = await lockVersion(tx, project, document)
    if (version !== expected) return { result: { stored: false, version } }
    if (version !== null) await updateDocument(tx, row)
    else if ((await countDocuments(tx, project)) >= mostDocuments) throw failDocument('document.too_many')
    else if (!(await insertDocument(tx, row))) {
      return { result: { stored: false, version: await lockVersion(tx, project, document) } }
    }
    const facts = { version: row.version, bytes: row.head.length + row.body.length, digest: row.digest }
    const included = await record(setting, tx, peer, { action: 'document.store', project, document, by }, facts)
    return { result: { stored: true, version: row.version }, included }
  })
}

export async function deleteDocument(
  setting: DocumentSetting,
  peer: DataPlanePeer,
  { project, document, expected, by }: Delete['params'],
): Promise<Delete['result']> {
  return change<Delete['result']>(setting, peer, async (tx) => {
    const version = await lockVersion(tx, project, document)
    if (version !== expected) return { result: { deleted: false, version } }
    await deleteDocumentRow(tx, project, document)
    const act = { action: 'document.remove', project, document, by }
    return { result: { deleted: true, version: null }, included: await record(setting, tx, peer, act, { version }) }
  })
}

/** Answers once the entry of what was done is in the tree. */
async function change<R>(
  { database }: DocumentSetting,
  peer: DataPlanePeer,
  work: (tx: Transaction) => Promise<Done<R>>,
): Promise<R> {
  const { result, included } = await database.withTenant(peer, work)
  await included?.()
  return result
}

function describeRow({ now }: DocumentSetting, { organisation }: DataPlanePeer, params: Put['params']): DocumentRow {
  const { project, document, version, by } = params
  const [head, body] = [Buffer.from(params.head, 'base64url'), Buffer.from(params.body, 'base64url')]
  const digest = createHash('sha256').update(head).digest('base64url')
  return { organisation, project, id: document, version, head, body, digest, now: now().toISOString(), by }
}

function record(
  { audit }: DocumentSetting,
  tx: Transaction,
  { organisation, dataPlane }: DataPlanePeer,
  { action, project, document, by }: Act,
  facts: Facts,
): Promise<() => Promise<void>> {
  return audit.stage(tx, {
    organisation,
    project,
    action,
    outcome: 'success',
    code: null,
    actor: { kind: 'dataPlane', id: dataPlane },
    source: null,
    object: { kind: 'document', id: document },
    details: { ...facts, by },
  })
}
