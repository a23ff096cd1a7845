/** How each route is called so that it does what it is for: one way a route, or the matrix does not compile. */
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { noticeVersion, type OperationId } from '@keyhold/contract'
import type { WorkNode } from '../../modules/jobs/testing/work-node.ts'
import { sendUpload, signClosing, stageObject } from '../../modules/jobs/testing/work-steps.ts'
import { callNode, readJson } from '../../modules/jobs/testing/work-world.ts'
import { addGroup, addMember, addToken, memberPassword as password, signAnything, type Tenant } from './access-world.ts'
import { inAnHour, type Way, type WellFormed } from './access-way.ts'
import { operatorWays } from './operator-ways.ts'

const inProject: Way = { prepare: (_node, { place }) => ({ params: { project: place.project } }) }
const ofTable: Way = { prepare: (_node, { place }) => ({ params: { project: place.project, table: place.table } }) }
const tus = { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream' }
const sealed = { 'content-type': 'application/vnd.keyhold.sealed' }
const digest = 'A'.repeat(43)

async function newUpload(node: WorkNode, { place }: Tenant) {
  const sent = await sendUpload(node, place, false)
  return { project: place.project, upload: sent.id, job: sent.job, closing: await signClosing(place, sent) }
}
async function invite(node: WorkNode, { place, marker }: Tenant) {
  const email = `${marker}-${randomUUIDv7()}@example.test`
  const sent = { bearer: place.owner, body: { email, role: 'viewer' } }
  const answer = await callNode(node, 'POST', '/v1/invitations', sent)
  return { email, ...readJson<{ invitation: { id: string }; secret: string }>(answer) }
}
/** A token's terms and a statement about them. */
async function describeToken({ place: { organisation, project } }: Tenant, person?: string) {
  const scopes = [{ bucket: 'sales', access: 'read' }]
  const terms = { id: randomUUIDv7(), project, scopes, expires: inAnHour() }
  const change = { kind: 'token', ...terms, keyId: digest, publicKey: digest, ...(person && { person }) }
  const created = new Date().toISOString()
  const endorsement = await signAnything('roster', 2, { organisation, previous: digest, change, created })
  return { ...terms, name: 'made', endorsement }
}
/** Of a token that is nobody's: making a real successor is the tokens' own test. */
const ofNoToken: Way = {
  status: 404,
  prepare: async () => {
    const signed = await signAnything('roster', 2)
    const times = { expires: inAnHour(), oldExpires: inAnHour() }
    return {
      params: { token: randomUUIDv7() },
      body: { id: randomUUIDv7(), ...times, endorsement: signed, ending: signed },
    }
  },
}
/** Somebody new to act on. */
const onMember =
  (body?: object) =>
  async (node: WorkNode, { place, marker }: Tenant): Promise<WellFormed> => {
    const { id: person } = await addMember(node, place.organisation, 'viewer', marker)
    return { params: { person }, ...(body && { body }) }
  }

const scim = { 'content-type': 'application/scim+json' }
const scimBody = (body: object) => ({ headers: scim, body: Buffer.from(JSON.stringify(body)) })
const scimSearch = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], count: 200 }
const newUser = (marker: string) => ({ userName: `${marker}-${randomUUIDv7()}@example.test` })
const patchOf = (path: string, value: unknown) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path, value }],
})
const onUser =
  (body?: (marker: string) => object) =>
  async (node: WorkNode, { place, marker }: Tenant): Promise<WellFormed> => {
    const { id: user } = await addMember(node, place.organisation, 'viewer', marker)
    return { params: { user }, ...(body && scimBody(body(marker))) }
  }
/** On a group that provisioning made. */
const onScimGroup =
  (body?: (marker: string) => object) =>
  async (node: WorkNode, { place, marker, provisioner }: Tenant): Promise<WellFormed> => {
    const group = await addGroup(node, place.organisation, { marker, provisionedBy: provisioner.id })
    return { params: { group }, ...(body && scimBody(body(marker))) }
  }
/** On a group that people made. */
const onGroup =
  (body?: (marker: string) => object) =>
  async (node: WorkNode, { place, marker }: Tenant): Promise<WellFormed> => {
    const group = await addGroup(node, place.organisation, { marker, provisionedBy: null })
    return { params: { group }, ...(body && { body: body(marker) }) }
  }
const onGroupMember: Way = {
  prepare: (_node, { groups, members }) => ({ params: { group: groups.own, person: members.viewer.id } }),
}
const groupTerms = (marker: string) => ({ name: `${marker} ${randomUUIDv7()}`, role: null })
const scimName = (marker: string) => ({ displayName: `${marker} ${randomUUIDv7()}` })

export const ways: Readonly<Record<OperationId, Way>> = {
  readHealth: {},
  readInstallation: {},
  // Claimed long ago.
  setUp: {
    status: 409,
    prepare: (_node, { place }) => ({
      body: {
        organisation: place.organisation,
        name: 'X',
        project: 'X',
        email: 'x@example.test',
        password,
        device: { publicKey: digest, name: 'x' },
        mac: digest,
      },
    }),
  },
  // Nobody's address: whether a sign-in succeeds is not about who calls.
  signIn: { status: 401, prepare: () => ({ body: { email: `${randomUUIDv7()}@example.test`, password } }) },
  signOut: { endsCaller: true },
  // No sign-in that waits: whether a factor is right is not about who calls.
  completeSignIn: {
    status: 401,
    prepare: (_node, { place: { organisation } }) => ({
      body: { organisation, pending: 'none', proof: { kind: 'totp', code: '000000' } },
    }),
  },
  beginStepUp: {},
  changePassword: {
    endsCaller: true,
    prepare: () => ({ body: { current: password, password: 'seven calm otters glide' } }),
  },
  requestReset: { prepare: () => ({ body: { email: `${randomUUIDv7()}@example.test` } }) },
  // No link that was mailed.
  resetPassword: { status: 401, prepare: () => ({ body: { secret: 'none', password } }) },
  // The session's secret is another one afterwards.
  stepUp: { endsCaller: true, prepare: () => ({ body: { proof: { kind: 'password', password } } }) },
  beginSingleSignOn: { status: 404, prepare: () => ({ body: { email: 'x@unproven.test' } }) },
  finishSingleSignOn: { status: 403, prepare: () => ({ body: { query: '?state=none' } }) },
  readOwnSingleSignOn: {},
  // No provider was entered, and none is connected.
  beginConnect: { status: 404 },
  beginProviderStepUp: { status: 409 },
  finishOwnSingleSignOn: { status: 403, prepare: () => ({ body: { query: '?state=none' } }) },
  disconnectSingleSignOn: {},
  readSingleSignOn: {},
  // Of an address that this installation does not call.
  saveIdentityProvider: {
    status: 400,
    prepare: () => ({
      body: { name: 'x', issuer: 'https://127.0.0.1', clientId: 'x', clientSecret: 'x', scopes: 'openid' },
    }),
  },
  testIdentityProvider: { status: 404 },
  removeIdentityProvider: { status: 404 },
  addDomain: { prepare: () => ({ body: { domain: `${randomUUIDv7()}.test` } }) },
  checkDomain: { status: 404, prepare: () => ({ params: { domain: randomUUIDv7() } }) },
  removeDomain: { status: 404, prepare: () => ({ params: { domain: randomUUIDv7() } }) },
  changeSignOnPolicy: {
    prepare: () => ({ body: { signIn: 'any', joinRole: null, trustFactor: false, breakGlass: [] } }),
  },
  listSessions: {},
  endSession: { status: 404, prepare: () => ({ params: { session: randomUUIDv7() } }) },
  endOtherSessions: {},
  readSecurity: {},
  startTotp: {},
  confirmTotp: { status: 400, prepare: () => ({ body: { code: '000000' } }) },
  removeTotp: { status: 404 },
  // Reached by a number in place of a name, for which there are no passkeys.
  beginPasskey: { status: 400 },
  addPasskey: {
    status: 400,
    prepare: () => ({
      body: { name: 'x', answer: { id: digest, clientDataJSON: digest, attestationObject: digest, transports: [] } },
    }),
  },
  removePasskey: { status: 404, prepare: () => ({ params: { passkey: randomUUIDv7() } }) },
  renewRecoveryCodes: { status: 404 },
  changeSecurityPolicy: {
    prepare: () => ({ body: { secondFactor: 'none', idleMinutes: 720, longestMinutes: 10_080 } }),
  },
  readSelf: {},
  listPeople: {},
  listTokens: {},
  createToken: { prepare: async (_node, tenant) => ({ body: await describeToken(tenant) }) },
  rotateToken: ofNoToken,
  listOwnTokens: {},
  // Who reads no data gets no token that does.
  createOwnToken: {
    unless: { roles: ['auditor', 'approver'], status: 403 },
    prepare: async (_node, tenant, person) => ({ body: await describeToken(tenant, person) }),
  },
  rotateOwnToken: ofNoToken,
  revokeOwnToken: { status: 404, prepare: () => ({ params: { token: randomUUIDv7() } }) },
  readTokenFormat: {},
  reportLeakedToken: { prepare: () => ({ body: { token: 'nothing like a token' } }) },
  listAddresses: {},
  // A list that allows everybody: the other callers come from there too.
  setAddresses: {
    prepare: (_node, { place }) => ({
      params: { kind: 'organisation', subject: place.organisation },
      body: { ranges: ['0.0.0.0/0', '::/0'] },
    }),
  },
  readPrivacy: {},
  giveConsent: { prepare: () => ({ body: { version: noticeVersion } }) },
  exportMyData: {},
  eraseMe: { endsCaller: true },
  erasePerson: { prepare: onMember() },
  changeRetention: { prepare: () => ({ body: { days: 400 } }) },
  revokeToken: {
    prepare: async (node, { place, marker }) => ({
      params: { token: (await addToken(node, 'reader', { ...place, marker })).id },
    }),
  },
  readRoster: {},
  submitRoster: { prepare: async () => ({ body: { statement: await signAnything('roster', 2) } }) },
  listProjects: {},
  createProject: { prepare: () => ({ body: { name: 'Made' } }) },
  renameProject: {
    prepare: (_node, { place, marker }) => ({
      params: { project: place.project },
      body: { name: `${marker} project` },
    }),
  },
  readKeys: inProject,
  listTables: inProject,
  ensureTable: {
    prepare: (_node, { place }) => ({ params: { project: place.project }, body: { bucket: 'sales', table: 'orders' } }),
  },
  readTable: ofTable,
  readOperatorView: ofTable,
  readOperatorRows: {
    prepare: (_node, { place }) => ({ params: { project: place.project, subject: 'members' } }),
  },
  createUpload: {
    prepare: (_node, { place }) => ({
      params: { project: place.project },
      body: {
        table: place.table,
        mode: 'replace',
        file: randomUUIDv7(),
        length: 2000,
        headerLength: 100,
        segmentLength: 1000,
        opening: 'AAAA',
      },
    }),
  },
  readUpload: { prepare: (_node, { place, upload }) => ({ params: { project: place.project, upload: upload.id } }) },
  headUpload: {
    prepare: (_node, { place, upload }) => ({
      params: { project: place.project, upload: upload.id },
      headers: { 'tus-resumable': '1.0.0' },
    }),
  },
  patchUpload: {
    prepare: (_node, { place, upload }) => ({
      params: { project: place.project, upload: upload.id },
      headers: { ...tus, 'upload-offset': '2000' },
      body: new Uint8Array(0),
    }),
  },
  closeUpload: {
    prepare: async (node, tenant) => {
      const { project, upload, closing } = await newUpload(node, tenant)
      return { params: { project, upload }, body: { closing } }
    },
  },
  abandonUpload: {
    prepare: async (node, tenant) => {
      const { project, upload } = await newUpload(node, tenant)
      return { params: { project, upload } }
    },
  },
  listJobs: inProject,
  readJob: { prepare: (_node, { place, upload }) => ({ params: { project: place.project, job: upload.job } }) },
  cancelJob: {
    prepare: async (node, tenant) => {
      const { project, job } = await newUpload(node, tenant)
      return { params: { project, job } }
    },
  },
  sendRequest: {
    prepare: (_node, { place }) => ({ params: { project: place.project }, headers: sealed, body: randomBytes(50) }),
  },
  listEntries: {},
  readCheckpoint: {},
  readInclusion: { prepare: () => ({ params: { index: '0' } }) },
  readConsistency: { prepare: () => ({ query: '?from=1' }) },
  exportLog: {},
  exportEntries: { prepare: () => ({ query: '?format=csv' }) },
  // No token of an enrolment, and no upgrade.
  enrolDataPlane: {
    status: 401,
    prepare: () => ({ body: { token: 'x', identityPublicKey: digest, anchorPublicKey: digest, signature: digest } }),
  },
  openLink: { status: 426 },
  putObject: { prepare: () => ({ params: { object: randomUUIDv7() }, headers: sealed, body: randomBytes(50) }) },
  readObject: {
    prepare: async (node, { plane }) => ({ params: { object: (await stageObject(node, plane)).object } }),
  },
  readUploadContent: { prepare: (_node, { upload }) => ({ params: { upload: upload.id }, query: '?offset=0' }) },
  // Nobody waits for this answer.
  postResponse: {
    status: 404,
    prepare: () => ({ params: { request: randomUUIDv7() }, headers: sealed, body: randomBytes(50) }),
  },
  inviteMember: { prepare: () => ({ body: { email: `${randomUUIDv7()}@example.test`, role: 'viewer' } }) },
  listInvitations: {},
  revokeInvitation: {
    prepare: async (node, tenant) => ({ params: { invitation: (await invite(node, tenant)).invitation.id } }),
  },
  acceptInvitation: {
    prepare: async (node, tenant) => {
      const { email, secret } = await invite(node, tenant)
      return { body: { organisation: tenant.place.organisation, secret, email, password } }
    },
  },
  changeRole: { prepare: onMember({ role: 'analyst' }) },
  removeMember: { prepare: onMember() },
  endMemberSessions: { prepare: onMember() },
  leaveOrganisation: { endsCaller: true },
  transferOwnership: { endsCaller: true, prepare: onMember() },
  listGroups: {},
  createGroup: { prepare: (_node, { marker }) => ({ body: groupTerms(marker) }) },
  changeGroup: { prepare: onGroup(groupTerms) },
  deleteGroup: { prepare: onGroup() },
  addGroupMember: onGroupMember,
  removeGroupMember: onGroupMember,
  readProvisioning: {},
  createProvisioningToken: { prepare: () => ({ body: { name: 'made', expires: inAnHour() } }) },
  // Of no token: ending the tenant's own would end the callers of what follows.
  revokeProvisioningToken: { status: 404, prepare: () => ({ params: { token: randomUUIDv7() } }) },
  readScimConfig: {},
  listScimResourceTypes: {},
  listScimSchemas: {},
  listScimUsers: { prepare: () => ({ query: '?count=200' }) },
  searchScim: { prepare: () => scimBody(scimSearch) },
  searchScimUsers: { prepare: () => scimBody(scimSearch) },
  searchScimGroups: { prepare: () => scimBody(scimSearch) },
  readScimUser: { prepare: onUser() },
  createScimUser: { prepare: (_node, { marker }) => scimBody(newUser(marker)) },
  replaceScimUser: { prepare: onUser((marker) => ({ displayName: `${marker} name` })) },
  patchScimUser: { prepare: onUser(() => patchOf('active', false)) },
  deleteScimUser: { prepare: onUser() },
  listScimGroups: { prepare: () => ({ query: '?count=200' }) },
  readScimGroup: { prepare: onScimGroup() },
  createScimGroup: { prepare: (_node, { marker }) => scimBody(scimName(marker)) },
  replaceScimGroup: { prepare: onScimGroup(scimName) },
  patchScimGroup: { prepare: onScimGroup((marker) => patchOf('displayName', scimName(marker).displayName)) },
  deleteScimGroup: { prepare: onScimGroup() },
  ...operatorWays,
}
