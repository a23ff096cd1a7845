import type { Database } from '../../platform/database/database.ts'
import type { ObjectStore } from '../../platform/objects.ts'

/** What the use cases of the catalogue work with. */
export type CatalogueSetting = {
  readonly database: Database
  readonly objects: Pick<ObjectStore, 'read'>
  readonly now: () => Date
}
