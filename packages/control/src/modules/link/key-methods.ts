/** Calls of data planes for what they gave into keeping: wrapped keys and the roster. */
import type { WrappedKey } from '@keyhold/contract'
import { Type } from 'typebox'
import type { Database } from '../../platform/database/database.ts'
import { failLink } from './errors.ts'
import type { RegisterControlMethod } from './methods.ts'
import { listRoster, listWrappedKeys, putWrappedKeys, readKeySet } from './store.ts'

const Id = Type.String({ format: 'uuid' })
const strict = { additionalProperties: false }
const Project = Type.Object({ project: Id }, strict)
const Keys = Type.Object(
  {
    project: Id,
    keys: Type.Array(
      Type.Object(
        {
          id: Id,
          purpose: Type.Enum(['root-key', 'sealing-key', 'table-key', 'document-key']),
          wrapped: Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 100_000 }),
        },
        strict,
      ),
      { maxItems: 1000 },
    ),
  },
  strict,
)

export function registerKeyMethods(register: RegisterControlMethod, database: Database): void {
  register('keys.store', Keys, async ({ organisation }, { project, keys }) => {
    const owner = { organisation, project }
    await database.withTenant(owner, (tx) => putWrappedKeys(tx, owner, keys as WrappedKey[])).catch(refuseUnknown)
    return {}
  })
  register('keys.read', Project, async ({ organisation }, { project }) =>
    database.readTenant({ organisation }, async (tx) => {
      const set = await readKeySet(tx, project)
      if (set === undefined) throw failLink('link.unknown_project')
      return { set, keys: await listWrappedKeys(tx, project) }
    }),
  )
  register('roster.read', Type.Object({ from: Type.Integer({ minimum: 0 }) }, strict), async (peer, { from }) => ({
    statements: await database.readTenant(peer, (tx) => listRoster(tx, from)),
  }))
}

const foreignKeyViolation = '23503'

/** Keys of a project that is not the organisation's break the reference to it. */
function refuseUnknown(cause: unknown): never {
  const { code } = cause as { code?: unknown }
  throw code === foreignKeyViolation ? failLink('link.unknown_project', { cause }) : cause
}
