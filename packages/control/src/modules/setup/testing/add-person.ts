/** Another member of the node's organisation, made straight in the database; their sign-in is the real one. */
import { randomUUIDv7 } from 'node:crypto'
import type { Role } from '@keyhold/contract'
import { createPlatformKey } from '../../../platform/platform-key.ts'
import { ownerEmail, ownerPassword, type TestNode } from './test-node.ts'

export type TestPerson = { readonly id: string; readonly bearer: string; readonly password: string }

/** Adds someone with the owner's password and signs them in. */
export async function addPerson(node: TestNode, role: Role, email: string, from?: string): Promise<TestPerson> {
  const { organisation } = node
  const id = randomUUIDv7()
  const key = createPlatformKey(Buffer.alloc(32, 7))
  const sealed = key.seal('account', `people/${organisation}/${id}/email`, email)
  const lookup = (address: string) => key.lookup(`email ${address.toLowerCase()}`)
  await node.database.withTenant({ organisation }, (tx) =>
    tx.sql(
      `INSERT INTO people (organisation, id, email_sealed, email_lookup, password_hash, role, created)
       SELECT $1, $2, $3, $4, password_hash, $5, now() FROM people WHERE email_lookup = $6`,
      [organisation, id, sealed, lookup(email), role, lookup(ownerEmail)],
    ),
  )
  const call = { method: 'POST', path: '/v1/sessions', body: { email, password: ownerPassword } }
  const answer = await node.call<{ session: { secret: string } }>({ ...call, ...(from !== undefined && { from }) })
  if (answer.status !== 201) throw new Error(`sign-in was refused: ${answer.problem.code}`)
  return { id, bearer: answer.body.session.secret, password: ownerPassword }
}
