/** Two organisations on one node, alike in everything but their names: whatever of one is seen by the other is a leak. */
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { roles, type Role, type Upload } from '@keyhold/contract'
import { drawSigningSeed, importSigningSeed, signStatement } from '@keyhold/sealed'
import { makeTestPlane, type TestDataPlane } from '../../modules/jobs/testing/test-data-plane.ts'
import type { WorkNode } from '../../modules/jobs/testing/work-node.ts'
import { sendUpload } from '../../modules/jobs/testing/work-steps.ts'
import { makePlace, type Place } from '../../modules/jobs/testing/work-world.ts'
import { insertGroupRow } from '../../modules/groups/store.ts'
import { insertKeySet } from '../../modules/link/store.ts'
import { addAccount } from '../../modules/people/accounts.ts'
import { createPasswordHasher } from '../../modules/people/password-hash.ts'
import { openSession } from '../../modules/people/sessions.ts'
import type { PeopleSetting } from '../../modules/people/setting.ts'
import { insertTokenRow } from '../../modules/provisioning/store.ts'
import { drawSecret, hashSecret } from '../../modules/tokens/index.ts'
import { insertToken, revokeTokenRow } from '../../modules/tokens/store.ts'
import type { Scope } from '../../platform/access.ts'
import { silentLog } from '../../platform/log.ts'
import { createPlatformKey } from '../../platform/platform-key.ts'

export type Member = { readonly id: string; readonly bearer: string }
export type Tenant = {
  readonly place: Place
  /** In the names of everything that has one, and nowhere else. */
  readonly marker: string
  readonly members: Readonly<Record<Role, Member>>
  readonly tokens: Readonly<Record<TokenKind, Member>>
  readonly provisioner: Member
  /** A group that provisioning made, and one that people made. */
  readonly groups: { readonly provisioned: string; readonly own: string }
  readonly plane: TestDataPlane
  readonly upload: Upload
}

const both = (bucket: string): Scope[] => [
  { bucket, access: 'read' },
  { bucket, access: 'write' },
]
const scopesOf = {
  reader: [{ bucket: 'sales', access: 'read' }],
  writer: [{ bucket: 'sales', access: 'write' }],
  otherBucket: both('hr'),
  otherProject: both('sales'),
  expired: both('sales'),
  revoked: both('sales'),
} as const satisfies Record<string, readonly Scope[]>
export type TokenKind = keyof typeof scopesOf

export async function makeTenant(node: WorkNode, marker: string): Promise<Tenant> {
  const made = await makePlace(node)
  const { organisation, project } = made
  const second = randomUUIDv7()
  await node.database.withTenant(made, async (tx) => {
    await tx.sql('UPDATE organisations SET name = $1', [`${marker} organisation`])
    await tx.sql('UPDATE projects SET name = $1', [`${marker} project`])
    await tx.sql(`INSERT INTO projects (organisation, id, name, created) VALUES ($1, $2, $3, now())`, [
      organisation,
      second,
      `${marker} second`,
    ])
    await insertKeySet(tx, made, 1, await signAnything('sealing-key-set', 1))
  })
  const members = {} as Record<Role, Member>
  for (const role of roles) members[role] = await addMember(node, organisation, role, marker)
  const place = { ...made, owner: members.owner.bearer }
  const tokens = {} as Record<TokenKind, Member>
  for (const kind of Object.keys(scopesOf) as TokenKind[]) {
    tokens[kind] = await addToken(node, kind, {
      organisation,
      project: kind === 'otherProject' ? second : project,
      marker,
    })
  }
  const plane = await makeTestPlane(node, place, answerAsDataPlane)
  const provisioner = await addProvisioner(node, organisation, marker)
  const groups = {
    provisioned: await addGroup(node, organisation, { marker, provisionedBy: provisioner.id }),
    own: await addGroup(node, organisation, { marker, provisionedBy: null }),
  }
  const upload = await sendUpload(node, place, false)
  return { place, marker, members, tokens, provisioner, groups, plane, upload }
}

/** Of every member. */
export const memberPassword = 'nine slow barges drift'
const passwordHash = createPasswordHasher().hash(memberPassword)

/** A member with a session, without the cost of a password each. */
export async function addMember(node: WorkNode, organisation: string, role: Role, marker: string): Promise<Member> {
  const platformKey = createPlatformKey(Buffer.alloc(32, 7))
  const setting: PeopleSetting = {
    database: node.database,
    authoriser: node.authoriser,
    platformKey,
    log: silentLog,
    now: () => new Date(),
    readOrganisationName: async () => undefined,
    readDataPlane: async () => ({ custody: 'demo', dataPlane: 'away' }),
    beginSecondStep: async () => undefined,
    readGroupRoles: async () => new Map(),
    endTokensOf: async () => {},
    endMadeTokens: async () => 0,
    endSecondSteps: async () => {},
    readUrl: () => '',
    onSessionEnded: () => {},
    queueMail: async () => {},
  }
  return node.database.withTenant({ organisation }, async (tx) => {
    const email = `${marker}-${randomUUIDv7()}@example.test`
    const account = { organisation, email, name: `${marker} ${role}`, passwordHash: await passwordHash, role }
    const id = await addAccount(setting, tx, account)
    const { secret } = await openSession(setting, tx, {
      organisation,
      person: id,
      address: '127.0.0.1',
      program: 'A program',
    })
    return { id, bearer: secret }
  })
}

export async function addToken(
  { database }: WorkNode,
  kind: TokenKind,
  { organisation, project, marker }: { organisation: string; project: string; marker: string },
): Promise<Member> {
  const id = randomUUIDv7()
  const secret = drawSecret('svc')
  const now = Date.now()
  const at = (days: number) => new Date(now + days * 86_400_000).toISOString()
  await database.withTenant({ organisation }, async (tx) => {
    await insertToken(tx, {
      organisation,
      id,
      project,
      name: `${marker} ${kind}`,
      hash: hashSecret(secret),
      kind: 'svc',
      scopes: scopesOf[kind],
      actions: null,
      createdBy: id,
      person: null,
      replaces: null,
      publicKey: randomBytes(32).toString('base64url'),
      created: at(-2),
      expires: at(kind === 'expired' ? -1 : 1),
    })
    if (kind === 'revoked') await revokeTokenRow(tx, id, at(-1))
  })
  return { id, bearer: secret }
}

async function addProvisioner({ database }: WorkNode, organisation: string, marker: string): Promise<Member> {
  const id = randomUUIDv7()
  const secret = drawSecret('prv')
  const [created, expires] = [Date.now(), Date.now() + 86_400_000].map((time) => new Date(time).toISOString())
  await database.withTenant({ organisation }, (tx) =>
    insertTokenRow(tx, {
      organisation,
      id,
      name: `${marker} provider`,
      hash: hashSecret(secret),
      created: created ?? '',
      createdBy: id,
      expires: expires ?? '',
    }),
  )
  return { id, bearer: secret }
}

/** A group of no members. */
export async function addGroup(
  { database }: WorkNode,
  organisation: string,
  { marker, provisionedBy }: { marker: string; provisionedBy: string | null },
): Promise<string> {
  const id = randomUUIDv7()
  const terms = { name: `${marker} ${id}`, role: null, externalId: null, created: new Date().toISOString() }
  await database.withTenant({ organisation }, (tx) => insertGroupRow(tx, { organisation, id, provisionedBy, ...terms }))
  return id
}

/** A well-formed statement that nobody vouches for: the control plane passes statements on and judges none. */
export async function signAnything(type: 'sealing-key-set' | 'roster', number: number, more: object = {}) {
  return signStatement(await importSigningSeed(drawSigningSeed()), type, { number, ...more })
}

let statements = 1_000
/** Accepts whatever it is asked: this is about who may ask. */
async function answerAsDataPlane(method: string): Promise<unknown> {
  if (method === 'roster.list') return { statements: [] }
  if (method === 'roster.submit') return { number: statements++ }
  if (method === 'project.provision') return { set: await signAnything('sealing-key-set', 1), keys: [] }
  return { outcome: 'result', streamed: false }
}
