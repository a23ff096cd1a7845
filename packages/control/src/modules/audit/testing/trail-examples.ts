/** A call of each change of people, sessions, second factors and tokens that succeeds, with what its entry must name. */
import { createHash, randomUUIDv7 } from 'node:crypto'
import type { OperationId, Role } from '@keyhold/contract'
import { addPasskey, addTotp, ask, beginPasskey, place, readCode, signIn } from '../../factors/testing/factor-person.ts'
import { createSoftAuthenticator } from '../../factors/testing/soft-authenticator.ts'
import { makeConnector } from '../../provisioning/testing/connector.ts'
import { addPerson, type TestPerson } from '../../setup/testing/add-person.ts'
import { signRotation, signToken, type TokenScope } from '../../setup/testing/sign-token.ts'
import type { TestNode, TestOwner } from '../../setup/testing/test-node.ts'

/** `object`: the kind of object that the entry must name. */
type Example = { readonly call: Omit<Parameters<TestNode['call']>[0], 'method'>; readonly object: string }
export type Examples = Partial<Record<OperationId, () => Promise<Example>>>

type World = { readonly node: TestNode; readonly owner: TestOwner }
const sales: TokenScope[] = [{ bucket: 'sales', access: 'read' }]
const headers = { host: place.rpId }

async function add({ node }: World, role: Role = 'viewer'): Promise<TestPerson & { email: string }> {
  const email = `${randomUUIDv7()}@example.test`
  return { ...(await addPerson(node, role, email)), email }
}

export function memberExamples(world: World): Examples {
  const { node, owner } = world
  const invite = async () => {
    const email = `${randomUUIDv7()}@example.test`
    const call = { method: 'POST', path: '/v1/invitations', bearer: owner.bearer, body: { email, role: 'viewer' } }
    return { email, ...(await node.call<{ invitation: { id: string }; secret: string }>(call)).body }
  }
  return {
    inviteMember: async () => ({
      call: { path: '/v1/invitations', body: { email: `${randomUUIDv7()}@example.test`, role: 'viewer' } },
      object: 'invitation',
    }),
    revokeInvitation: async () => ({
      call: { path: `/v1/invitations/${(await invite()).invitation.id}` },
      object: 'invitation',
    }),
    acceptInvitation: async () => {
      const { email, secret } = await invite()
      const body = { organisation: owner.organisation, secret, email, password: 'nine slow barges drift' }
      return { call: { path: '/v1/invitations/accept', body }, object: 'invitation' }
    },
    changeRole: async () => ({
      call: { path: `/v1/people/${(await add(world)).id}/role`, body: { role: 'analyst' } },
      object: 'person',
    }),
    removeMember: async () => ({ call: { path: `/v1/people/${(await add(world)).id}` }, object: 'person' }),
    endMemberSessions: async () => ({
      call: { path: `/v1/people/${(await add(world)).id}/sessions/end` },
      object: 'person',
    }),
    leaveOrganisation: async () => ({
      call: { path: '/v1/me', bearer: (await add(world)).bearer },
      object: 'person',
    }),
    transferOwnership: async () => {
      const { bearer } = await add(world, 'owner')
      return { call: { path: `/v1/people/${(await add(world)).id}/ownership`, bearer }, object: 'person' }
    },
    setAddresses: async () => ({
      call: { path: `/v1/addresses/organisation/${owner.organisation}`, body: { ranges: ['0.0.0.0/0', '::/0'] } },
      object: 'organisation',
    }),
  }
}

export function tokenExamples({ node, owner }: World): Examples {
  const { bearer } = owner
  const whose = (path: string) => (path === '/v1/me/tokens' ? { person: owner.self } : {})
  const create = async (path: string) => {
    const body = await signToken(node, owner, sales, whose(path))
    await node.call({ method: 'POST', path, bearer, body })
    return body
  }
  const rotate = async (path: string): Promise<Example> => {
    const old = await create(path)
    return {
      call: { path: `${path}/${old.id}/rotation`, body: await signRotation(node, owner, old, { change: whose(path) }) },
      object: 'token',
    }
  }
  return {
    rotateToken: () => rotate('/v1/tokens'),
    createOwnToken: async () => ({
      call: { path: '/v1/me/tokens', body: await signToken(node, owner, sales, whose('/v1/me/tokens')) },
      object: 'token',
    }),
    rotateOwnToken: () => rotate('/v1/me/tokens'),
    revokeOwnToken: async () => ({
      call: { path: `/v1/me/tokens/${(await create('/v1/me/tokens')).id}` },
      object: 'token',
    }),
  }
}

export function passwordExamples(world: World): Examples {
  const { node } = world
  const password = 'seven calm otters glide'
  return {
    changePassword: async () => {
      const { bearer, password: current } = await add(world)
      return { call: { path: '/v1/me/password', bearer, body: { current, password } }, object: 'person' }
    },
    resetPassword: async () => {
      const { email } = await add(world)
      await node.call({ method: 'POST', path: '/v1/password-resets', body: { email } })
      await node.readMails()
      const secret = /#(kh_rst_\w+)/.exec(node.mails.at(-1)?.text ?? '')?.[1]
      return { call: { path: '/v1/password-resets/use', body: { secret, password } }, object: 'person' }
    },
  }
}

export function sessionExamples(world: World): Examples {
  const { node } = world
  const verifier = 'v'.repeat(43)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const confirm = async () => ({ path: '/v1/me/shells', bearer: (await add(world)).bearer, body: { challenge } })
  return {
    confirmShell: async () => ({ call: await confirm(), object: 'session' }),
    signInShell: async () => {
      const call = { method: 'POST', ...(await confirm()) }
      const { organisation, code } = (await node.call<{ organisation: string; code: string }>(call)).body
      return {
        call: { path: '/v1/sessions/shell', headers, body: { organisation, code, verifier } },
        object: 'session',
      }
    },
    completeSignIn: async () => {
      const { bearer, email } = await add(world)
      const { secret } = await addTotp(node, bearer)
      const { organisation, pending } = await signIn(node, email)
      const proof = { kind: 'totp', code: readCode(node, secret, 1) }
      const body = { organisation, pending: pending?.secret ?? '', proof }
      return { call: { path: '/v1/sessions/complete', headers, body }, object: 'person' }
    },
    beginStepUp: async () => ({
      call: { path: '/v1/sessions/current/step-up/begin', bearer: (await add(world)).bearer },
      object: 'session',
    }),
    stepUp: async () => {
      const { bearer, password } = await add(world)
      const body = { proof: { kind: 'password', password } }
      return { call: { path: '/v1/sessions/current/step-up', bearer, body }, object: 'session' }
    },
    endSession: async () => {
      const { bearer } = await add(world)
      const listed = await ask<{ sessions: { id: string }[] }>(node, 'GET', '/v1/sessions', bearer)
      return { call: { path: `/v1/sessions/${listed.body.sessions[0]?.id}`, bearer }, object: 'session' }
    },
    endOtherSessions: async () => ({
      call: { path: '/v1/sessions/end-others', bearer: (await add(world)).bearer },
      object: 'person',
    }),
    changeSecurityPolicy: async () => ({
      call: {
        path: '/v1/organisation/security-policy',
        body: { secondFactor: 'none', idleMinutes: 720, longestMinutes: 10_080 },
      },
      object: 'organisation',
    }),
  }
}

export function factorExamples(world: World): Examples {
  const { node } = world
  const withTotp = async (): Promise<string> => {
    const { bearer } = await add(world)
    await addTotp(node, bearer)
    return bearer
  }
  return {
    startTotp: async () => ({ call: { path: '/v1/me/totp', bearer: (await add(world)).bearer }, object: 'person' }),
    confirmTotp: async () => {
      const { bearer } = await add(world)
      const { secret } = (await ask<{ secret: string }>(node, 'POST', '/v1/me/totp', bearer)).body
      return {
        call: { path: '/v1/me/totp/confirm', bearer, body: { code: readCode(node, secret) } },
        object: 'person',
      }
    },
    removeTotp: async () => ({ call: { path: '/v1/me/totp', bearer: await withTotp() }, object: 'person' }),
    renewRecoveryCodes: async () => ({
      call: { path: '/v1/me/recovery-codes', bearer: await withTotp() },
      object: 'person',
    }),
    beginPasskey: async () => ({
      call: { path: '/v1/me/passkeys/begin', headers, bearer: (await add(world)).bearer },
      object: 'person',
    }),
    addPasskey: async () => {
      const { bearer } = await add(world)
      const { challenge } = await beginPasskey(node, bearer)
      const body = { name: 'a key', answer: createSoftAuthenticator().make({ challenge, ...place }) }
      return { call: { path: '/v1/me/passkeys', headers, bearer, body }, object: 'passkey' }
    },
    removePasskey: async () => {
      const { bearer } = await add(world)
      const { id } = await addPasskey(node, bearer)
      return { call: { path: `/v1/me/passkeys/${id}`, bearer }, object: 'passkey' }
    },
  }
}

export async function provisioningExamples({ node, owner }: World): Promise<Examples> {
  const idp = await makeConnector(node, owner.bearer)
  const name = () => `Group ${randomUUIDv7()}`
  const email = () => `${randomUUIDv7()}@example.test`
  const scim = { bearer: idp.secret, headers: { 'content-type': 'application/scim+json' } }
  const patch = (path: string, value: unknown) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path, value }],
  })
  const addGroup = async () => {
    const call = { method: 'POST', path: '/v1/groups', bearer: owner.bearer, body: { name: name(), role: null } }
    return `/v1/groups/${(await node.call<{ group: { id: string } }>(call)).body.group.id}`
  }
  const memberPath = async () => `${await addGroup()}/members/${(await idp.addUser(email())).id}`
  const user = async () => `/scim/v2/Users/${(await idp.addUser(email())).id}`
  const group = async () => `/scim/v2/Groups/${(await idp.addGroup(name())).id}`
  const of = (object: string, call: () => Promise<Example['call']>) => async () => ({ call: await call(), object })
  return {
    createGroup: of('group', async () => ({ path: '/v1/groups', body: { name: name(), role: null } })),
    changeGroup: of('group', async () => ({ path: await addGroup(), body: { name: name(), role: 'analyst' } })),
    deleteGroup: of('group', async () => ({ path: await addGroup() })),
    addGroupMember: of('group', async () => ({ path: await memberPath() })),
    removeGroupMember: of('group', async () => ({ path: await memberPath() })),
    createProvisioningToken: of('token', async () => ({
      path: '/v1/provisioning/tokens',
      body: { name: 'made', expires: new Date(node.time() + 3_600_000).toISOString() },
    })),
    revokeProvisioningToken: of('token', async () => ({
      path: `/v1/provisioning/tokens/${(await makeConnector(node, owner.bearer)).id}`,
    })),
    createScimUser: of('person', async () => ({ ...scim, path: '/scim/v2/Users', body: { userName: email() } })),
    replaceScimUser: of('person', async () => ({ ...scim, path: await user(), body: { displayName: 'Another' } })),
    patchScimUser: of('person', async () => ({ ...scim, path: await user(), body: patch('active', false) })),
    deleteScimUser: of('person', async () => ({ bearer: idp.secret, path: await user() })),
    createScimGroup: of('group', async () => ({ ...scim, path: '/scim/v2/Groups', body: { displayName: name() } })),
    replaceScimGroup: of('group', async () => ({ ...scim, path: await group(), body: { displayName: name() } })),
    patchScimGroup: of('group', async () => ({ ...scim, path: await group(), body: patch('displayName', name()) })),
    deleteScimGroup: of('group', async () => ({ bearer: idp.secret, path: await group() })),
  }
}

/** What needs no identity provider; the rest is shown in the tests of single sign-on. */
export function singleSignOnExamples(world: World): Examples {
  const { node, owner } = world
  const path = '/v1/organisation/domains'
  const body = () => ({ domain: `${randomUUIDv7()}.test` })
  return {
    addDomain: async () => ({ call: { path, body: body() }, object: 'domain' }),
    removeDomain: async () => {
      const call = { method: 'POST', path, bearer: owner.bearer, body: body() }
      const added = await node.call<{ domain: { id: string } }>(call)
      return { call: { path: `${path}/${added.body.domain.id}` }, object: 'domain' }
    },
    changeSignOnPolicy: async () => ({
      call: {
        path: '/v1/organisation/single-sign-on/policy',
        body: { signIn: 'any', joinRole: null, trustFactor: false, breakGlass: [] },
      },
      object: 'organisation',
    }),
    disconnectSingleSignOn: async () => ({
      call: { path: '/v1/me/single-sign-on', bearer: (await add(world)).bearer },
      object: 'person',
    }),
  }
}
