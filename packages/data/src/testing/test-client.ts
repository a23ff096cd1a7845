/** A client for tests of this package: sets up, seals, signs and asks as the command line does, over the link itself. */
import { createHmac, randomBytes, randomUUIDv7 } from 'node:crypto'
import type {
  ImportOpening,
  Principal,
  ResponseMeta,
  RosterChange,
  SealingKeySet,
  TokenAction,
  UploadClosing,
} from '@keyhold/contract'
import {
  ContentDigest,
  drawSigningSeed,
  encodeCanonical,
  importSigningSeed,
  measureHead,
  signStatement,
  type Conversation,
  type RequestReference,
  type SigningKey,
} from '@keyhold/sealed'
import { openResponse } from '@keyhold/sealed/open'
import { openContext, sealBytes, sealRequest } from '@keyhold/sealed/seal'
import { digest, digestOf, readBody } from '../formats/statements.ts'
import type { TestControl } from './test-control.ts'

export type Answer = { meta: ResponseMeta; body: Buffer }
export type UploadChoice = Partial<UploadClosing> & { opening?: Partial<ImportOpening>; signer?: SigningKey }

export class TestClient {
  readonly control: TestControl
  readonly device: SigningKey
  readonly project: string
  readonly set: SealingKeySet
  readonly person: Principal = { kind: 'person', id: randomUUIDv7(), scopes: null, role: 'owner', sudo: true }
  #head: { number: number; digest: string }
  #conversation: Conversation | undefined
  #number = 0

  private constructor(
    control: TestControl,
    device: SigningKey,
    project: string,
    set: SealingKeySet,
    rosterHead: string,
  ) {
    this.control = control
    this.device = device
    this.project = project
    this.set = set
    this.#head = { number: 1, digest: rosterHead }
  }

  /** Claims the set-up link and makes a project. */
  static async setUp(control: TestControl, setupLink: string): Promise<TestClient> {
    const device = await importSigningSeed(drawSigningSeed())
    const peer = await control.peer()
    const { result } = await peer.call('setup.claim', makeClaim(control, setupLink, device))
    const project = randomUUIDv7()
    const provisioned = (await peer.call('project.provision', { project })).result
    control.keys.push(...provisioned.keys)
    control.set = provisioned.set
    control.projects.push(project)
    control.roster.push(result.roster)
    return new TestClient(
      control,
      device,
      project,
      readBody('sealing-key-set', provisioned.set),
      digestOf(result.roster),
    )
  }

  /** After the data plane was restarted. */
  forgetConversation(): void {
    this.#conversation = undefined
    this.#number = 0
  }

  /** Endorses a change of the roster with the owner's device, or with another key. */
  async changeRoster(change: RosterChange['change'], signer = this.device): Promise<void> {
    const number = this.#head.number + 1
    const created = new Date().toISOString()
    const body = { organisation: this.control.organisation, number, previous: this.#head.digest, change, created }
    const statement = await signStatement(signer, 'roster', body)
    await (await this.control.peer()).call('roster.submit', { statement })
    this.control.roster.push(statement)
    this.#head = { number, digest: digestOf(statement) }
  }

  /** Endorses a token's key; answers the token's principal and key. */
  async makeToken(
    scopes: { bucket: string; access: 'read' | 'write' }[],
    project = this.project,
    limits: { actions?: TokenAction[]; person?: string } = {},
    endorser = this.device,
  ) {
    const key = await importSigningSeed(drawSigningSeed())
    const id = randomUUIDv7()
    const expires = new Date(Date.now() + 3_600_000).toISOString()
    const publicKey = Buffer.from(key.publicKey).toString('base64url')
    const terms = { id, keyId: key.keyId, publicKey, project, scopes, expires, ...limits }
    await this.changeRoster({ kind: 'token', ...terms }, endorser)
    return { key, principal: { kind: 'token', id, scopes } satisfies Principal }
  }

  /** Seals and uploads a whole file, closes it, and waits for its job: null, or the code of its failure. */
  async upload(tableId: string, table: string, content: Buffer, choice: UploadChoice = {}): Promise<string | null> {
    const sealed = await this.sealUpload(tableId, content, choice)
    const { id, job } = await this.control.addUpload({ ...sealed.state, closing: null }, this.project)
    const statement = { ...choice }
    delete statement.opening
    const closing = await this.signClosing(tableId, table, sealed, statement)
    const upload = this.control.uploads.get(id)
    if (upload) upload.closing = closing
    return this.control.ended(job)
  }

  async sealUpload(tableId: string, content: Buffer, choice: UploadChoice = {}) {
    const { organisation } = this.control
    const file = choice.file ?? randomUUIDv7()
    const recipients = this.set.keys.map(
      ({ suite, publicKey }) => ({ kind: 'hpke', suite, publicKey: decode(publicKey) }) as const,
    )
    const header = { organisation, project: this.project, table: tableId, file, version: 1 }
    const sealed = Buffer.from(await sealBytes({ header: { ...header, purpose: 'upload' }, recipients }, content))
    const plan: ImportOpening = { fileName: 'x.csv', format: 'csv', ...choice.opening }
    const opening = await sealBytes({ header: { ...header, purpose: 'job' }, recipients }, encodeCanonical(plan))
    const state = {
      table: tableId,
      file,
      mode: choice.mode ?? ('replace' as const),
      length: sealed.length,
      headerLength: measureHead(sealed.subarray(0, 100_000)),
      segmentLength: 262_144,
      opening: Buffer.from(opening).toString('base64url'),
      principal: this.person,
      content: sealed,
    }
    return { state, opening: Buffer.from(opening) }
  }

  async signClosing(
    tableId: string,
    table: string,
    { state, opening }: Awaited<ReturnType<TestClient['sealUpload']>>,
    { signer, ...choice }: Omit<UploadChoice, 'opening'> = {},
  ) {
    const content = new ContentDigest(state.headerLength)
    await content.push(state.content)
    const body: UploadClosing = {
      organisation: this.control.organisation,
      project: this.project,
      bucket: 'main',
      table,
      tableId,
      mode: state.mode,
      primaryKey: null,
      file: state.file,
      ciphertextLength: state.length,
      ciphertextHash: await content.finish(),
      openingDigest: digest(opening),
      idempotencyKey: randomUUIDv7(),
      created: new Date().toISOString(),
      expires: new Date(Date.now() + 7 * 86_400_000).toISOString(),
      ...choice,
    }
    return signStatement(signer ?? this.device, 'upload-closing', body)
  }

  query(sql: string, more: { cache?: 'on' | 'off'; key?: SigningKey; principal?: Principal } = {}): Promise<Answer> {
    const { cache = 'off', ...who } = more
    return this.ask('query', { sql, cache }, who)
  }

  async ask(operation: string, body: unknown, who: { key?: SigningKey; principal?: Principal } = {}): Promise<Answer> {
    const request = await this.sealAsk(operation, body, who.key)
    return this.send(request, who.principal)
  }

  async sealAsk(operation: string, body: unknown, key = this.device, change: Record<string, unknown> = {}) {
    const conversation = (this.#conversation ??= await this.#converse())
    const number = this.#number++
    const { organisation } = this.control
    const now = Date.now()
    const statement = {
      organisation,
      project: this.project,
      operation,
      body,
      context: conversation.contextId,
      number,
      nonce: randomBytes(16).toString('base64url'),
      issued: new Date(now).toISOString(),
      expires: new Date(now + 60_000).toISOString(),
      ...change,
    }
    const signed = await signStatement(key, 'request', statement)
    const header = { organisation, project: this.project, table: null, file: randomUUIDv7(), version: 1 }
    return { conversation, ...(await sealRequest(conversation, number, header, encodeCanonical(signed))) }
  }

  async send(
    request: RequestReference & { conversation: Conversation; sealed: Uint8Array },
    principal: Principal = this.person,
  ): Promise<Answer> {
    const id = randomUUIDv7()
    const params = {
      request: id,
      project: this.project,
      principal,
      catalogueVersion: this.control.version,
      source: '127.0.0.1',
    }
    const reply = await (await this.control.peer()).call('request', params, request.sealed)
    const sealed = reply.result.streamed ? (this.control.responses.get(id) ?? Buffer.alloc(0)) : reply.body
    const place = { organisation: this.control.organisation, project: this.project }
    const plain = Buffer.from(await openResponse(request.conversation, request, sealed, place))
    const end = 4 + plain.readUInt32BE(0)
    const meta = JSON.parse(plain.toString('utf8', 4, end)) as ResponseMeta
    return { meta, body: plain.subarray(end, end + meta.bodyLength) }
  }

  #converse(): Promise<Conversation> {
    const key = this.set.keys[0]
    if (!key) throw new Error('the set has no key')
    const info = { organisation: this.control.organisation, project: this.project }
    return openContext({ suite: key.suite, publicKey: decode(key.publicKey), info })
  }
}

/** Parameters of `setup.claim` as the set-up link's holder makes them. */
export function makeClaim(control: TestControl, setupLink: string, device: SigningKey) {
  const link = new URLSearchParams(new URL(setupLink).hash.slice(1))
  const publicKey = Buffer.from(device.publicKey).toString('base64url')
  const { organisation } = control
  const mac = createHmac('sha256', decode(link.get('s') ?? ''))
    .update(
      encodeCanonical({
        purpose: 'keyhold setup',
        organisation,
        devicePublicKey: publicKey,
        anchor: link.get('a') ?? '',
      }),
    )
    .digest('base64url')
  return { organisation, device: { publicKey, name: 'test' }, mac }
}

function decode(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}
