/** Operators without the cost of enrolling each: with a session, and no passkey unless a test enrols one. */
import { randomUUIDv7 } from 'node:crypto'
import { operatorRoles, type OperatorRole } from '@keyhold/contract'
import type { Database } from '../../../platform/database/database.ts'
import { createPlatformKey } from '../../../platform/platform-key.ts'
import { insertOperator } from '../operator-store.ts'
import { openSession } from '../sessions.ts'
import { installation, nameContext, type OperatorSetting } from '../setting.ts'

export type TestOperator = { readonly id: string; readonly secret: string }

/** As the operator's browser sends it, from the installation's own pages. */
export const cookieOf = (secret: string) => ({
  cookie: `__Host-keyhold-operator=${secret}`,
  'sec-fetch-site': 'same-origin',
})

export async function addOperator(
  { database }: { readonly database: Database },
  roles: readonly OperatorRole[],
  name: string,
): Promise<TestOperator> {
  const platformKey = createPlatformKey(Buffer.alloc(32, 7))
  const now = () => new Date()
  const id = randomUUIDv7()
  const nameSealed = platformKey.seal('account', nameContext(id), name)
  const { secret } = await database.withTenant(installation, async (tx) => {
    await insertOperator(tx, { id, nameSealed, roles: [...roles], created: now().toISOString() })
    const setting = { platformKey, now } as OperatorSetting
    return openSession(setting, tx, { operator: id, address: '127.0.0.1', program: 'A program' })
  })
  return { id, secret }
}

/** One operator a role. */
export async function addOperators(node: { readonly database: Database }): Promise<Record<OperatorRole, TestOperator>> {
  const added = {} as Record<OperatorRole, TestOperator>
  for (const role of operatorRoles) added[role] = await addOperator(node, [role], `An operator of ${role}`)
  return added
}
