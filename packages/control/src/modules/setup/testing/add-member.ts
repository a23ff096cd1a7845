/** Members as they come in: invited by somebody, accepted with the link's secret. */
import assert from 'node:assert/strict'
import type { Role } from '@keyhold/contract'
import type { TestNode } from './test-node.ts'

export type TestMember = { readonly id: string; readonly email: string; readonly bearer: string }

export const memberPassword = 'nine slow barges drift'

/** Invites and accepts. */
export async function addMember(
  node: TestNode,
  by: { readonly bearer: string; readonly organisation: string },
  role: Role,
  email = `${role}-${crypto.randomUUID()}@example.test`,
): Promise<TestMember> {
  const { bearer, organisation } = by
  const invited = await node.call<{ secret: string }>({
    method: 'POST',
    path: '/v1/invitations',
    bearer,
    body: { email, role },
  })
  assert.equal(invited.status, 201, JSON.stringify(invited.body))
  const { secret } = invited.body
  const accepted = await node.call<{ person: string; session: { secret: string } }>({
    method: 'POST',
    path: '/v1/invitations/accept',
    body: { organisation, secret, email, password: memberPassword, personName: `A new ${role}` },
  })
  assert.equal(accepted.status, 201, JSON.stringify(accepted.body))
  return { id: accepted.body.person, email, bearer: accepted.body.session.secret }
}
