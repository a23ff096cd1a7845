/**
 * The catalogue: buckets, tables, snapshots and data files. Owns the tables `buckets`, `tables`, `snapshots` and
 * `data_files`, and the projects' catalogue version. Guarantees: a table is made once however many ask at a time; its
 * pointer moves only within a commit, together with snapshot, files and version. Refuses a caller whose scopes do not
 * name the bucket, also for a bucket that does not exist yet. Believes no name itself: data planes take names from
 * manifests that they signed.
 */
import { Type } from 'typebox'
import type { Database } from '../../platform/database/database.ts'
import type { RegisterControlMethod } from '../link/index.ts'
import { addSnapshot, endTable } from './commit-snapshot.ts'
import { ensureTable } from './ensure-table.ts'
import { failCatalogue } from './errors.ts'
import { type CatalogueHandlers, createCatalogueHandlers } from './routes.ts'
import type { CatalogueSetting } from './setting.ts'
import { isTableDeleted, lockTableRow, readManifests, readSnapshotDigest, readVersion } from './snapshot-store.ts'
import { findBucketName } from './table-store.ts'

export type { CatalogueSetting } from './setting.ts'

export type CatalogueModule = { readonly handlers: CatalogueHandlers }

export function createCatalogue(setting: CatalogueSetting): CatalogueModule {
  return { handlers: createCatalogueHandlers(setting) }
}

/** The catalogue's part in uploads and commits; each is part of the caller's transaction. */
export const catalogueParts = {
  findBucket: findBucketName,
  lockTable: lockTableRow,
  addSnapshot,
  endTable,
  isDeleted: isTableDeleted,
  ensureTable,
  readDigest: readSnapshotDigest,
  readVersion,
} as const

/** Gives data planes the signed manifests of a project's tables, with the version that they are. */
export function registerCatalogueMethods(register: RegisterControlMethod, database: Database): void {
  const params = Type.Object({ project: Type.String({ format: 'uuid' }) }, { additionalProperties: false })
  register('catalogue.read', params, async (peer, { project }) => {
    const catalogue = await database.readTenant(peer, (tx) => readManifests(tx, project))
    if (catalogue === undefined) throw failCatalogue('project.unknown')
    return catalogue
  })
}
