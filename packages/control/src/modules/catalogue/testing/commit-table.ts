/** Commits as a data plane’s import ends: sealed objects stored, a manifest signed, the pointer moved. */
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import type { Manifest, Table } from '@keyhold/contract'
import { digestStatement, signStatement } from '@keyhold/sealed'
import { sealBytes } from '@keyhold/sealed/seal'
import type { TestNode, TestOwner } from '../../setup/testing/test-node.ts'
import { catalogueParts } from '../index.ts'

export type ManifestFile = Manifest['files'][number]

/** Stores a live object of sealed bytes, as a job does before it commits. */
export async function storeFile(node: TestNode, owner: TestOwner, table: Table, rows = 10): Promise<ManifestFile> {
  const { organisation, project } = owner
  const [file, object] = [randomUUIDv7(), randomUUIDv7()]
  const header = { organisation, project, table: table.id, file, version: 1, purpose: 'data' } as const
  const keyId = randomUUIDv7()
  const recipients = [{ kind: 'table-key', id: keyId, version: 1, key: randomBytes(32) }] as const
  const sealed = await sealBytes({ header, recipients }, randomBytes(2000))
  const { length, digest } = await node.objects.put(object, oneChunk(sealed))
  await node.database.withTenant(owner, (tx) =>
    tx.sql(
      `INSERT INTO objects (organisation, id, state, length, digest, created) VALUES ($1, $2, 'live', $3, $4, now())`,
      [organisation, object, length, digest],
    ),
  )
  return { file, object, length, digest, rows, keyId }
}

/** The next commit of a table, with these files. */
export async function commitTable(node: TestNode, owner: TestOwner, table: Table, files: ManifestFile[]) {
  const { organisation, project } = owner
  return node.database.withTenant(owner, async (tx) => {
    const head = await catalogueParts.lockTable(tx, table.id)
    const body: Manifest = {
      organisation,
      project,
      bucket: table.bucket,
      table: table.name,
      tableId: table.id,
      sequence: (head?.sequence ?? 0) + 1,
      previous: head?.manifestDigest ?? null,
      columns: [{ name: 'amount', type: 'DECIMAL(18,2)' }],
      files,
      rows: files.reduce((sum, file) => sum + file.rows, 0),
      consumed: [],
      created: new Date(node.time()).toISOString(),
    }
    const manifest = await signStatement(node.plane.identity, 'manifest', body)
    const digest = await digestStatement(manifest)
    const now = new Date(node.time()).toISOString()
    const added = await catalogueParts.addSnapshot(tx, {
      organisation,
      manifest,
      body,
      digest,
      job: randomUUIDv7(),
      now,
    })
    return { ...added, manifest, digest }
  })
}

async function* oneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
