/** Who owns the control plane: writes what they like into its database and its folders. And a client that seals anything. */
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@keyhold/cli/client'
import type { RosterChange, SealingKeySet, Signed, UploadClosing } from '@keyhold/contract'
import {
  ContentDigest,
  decodeBase64url,
  digestBytes,
  digestStatement,
  drawSigningSeed,
  encodeBase64url,
  encodeCanonical,
  importSigningSeed,
  measureHead,
  readUnverified,
  signStatement,
  type Conversation,
  type SigningKey,
} from '@keyhold/sealed'
import { sealBytes, sealRequest } from '@keyhold/sealed/seal'
import type pg from 'pg'

type Session = Client['session']
type Mode = 'replace' | 'append'

/** A file sealed for a table as the command line does it. */
export type SealedFile = { tableId: string; file: string; content: Buffer; headerLength: number; opening: Buffer }

export async function readSealingKey({ api, project }: Session) {
  const { set } = await api.call('readKeys', { params: { project } })
  const [key] = (readUnverified(set) as unknown as SealingKeySet).keys
  const publicKey = decodeBase64url(key?.publicKey ?? '')
  if (key === undefined || publicKey === undefined) throw new Error('The project has no sealing key.')
  return { suite: key.suite, publicKey }
}

export async function sealCsv(session: Session, tableId: string, text: string): Promise<SealedFile> {
  const { organisation, project } = session
  const file = randomUUIDv7()
  const recipients = [{ kind: 'hpke', ...(await readSealingKey(session)) } as const]
  const header = { organisation, project, table: tableId, file, version: 1 }
  const content = Buffer.from(
    await sealBytes({ header: { ...header, purpose: 'upload' }, recipients }, Buffer.from(text)),
  )
  const settings = encodeCanonical({ fileName: 'x.csv', format: 'csv' })
  const opening = Buffer.from(await sealBytes({ header: { ...header, purpose: 'job' }, recipients }, settings))
  return { tableId, file, content, headerLength: measureHead(content.subarray(0, 100_000)), opening }
}

export async function signClosing(
  session: Session,
  sealed: SealedFile,
  change: Partial<UploadClosing> = {},
  signer: SigningKey = session.signer,
): Promise<Signed> {
  const digest = new ContentDigest(sealed.headerLength)
  await digest.push(sealed.content)
  const body: UploadClosing = {
    organisation: session.organisation,
    project: session.project,
    bucket: 'main',
    table: 'target',
    tableId: sealed.tableId,
    mode: 'append',
    primaryKey: null,
    file: sealed.file,
    ciphertextLength: sealed.content.length,
    ciphertextHash: await digest.finish(),
    openingDigest: await digestBytes(sealed.opening),
    idempotencyKey: `upload-${sealed.file}`,
    created: new Date().toISOString(),
    expires: new Date(Date.now() + 3_600_000).toISOString(),
    ...change,
  }
  return signStatement(signer, 'upload-closing', body)
}

/** Sends a sealed file through the API, as an honest client does. Returns the import job. */
export async function sendUpload(session: Session, sealed: SealedFile, closing: Signed): Promise<string> {
  const { api, project, connection } = session
  const { content, file, headerLength, opening, tableId: table } = sealed
  const body = { table, mode: 'append', file, length: content.length, headerLength, segmentLength: 262_144 } as const
  const { upload } = await api.call('createUpload', {
    params: { project },
    body: { ...body, opening: encodeBase64url(opening) },
  })
  const tus = { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
  const path = `/v1/projects/${project}/uploads/${upload.id}/content`
  const headers = { ...session.authorise(), ...tus }
  const answer = await connection.exchange({ method: 'PATCH', path, headers, body: content, signal: undefined })
  if (answer.status !== 204) throw new Error(Buffer.from(answer.body).toString())
  return (await api.call('closeUpload', { params: { project, upload: upload.id }, body: { closing } })).job
}

/** The code that a job ended with; null for one that committed. */
export async function waitForJob({ api, project }: Session, job: string): Promise<string | null> {
  for (;;) {
    const { job: found } = await api.call('readJob', { params: { project, job }, query: { wait: 20 } })
    if (found.state === 'done') return null
    if (found.state === 'failed' || found.state === 'cancelled') return found.code ?? found.state
  }
}

type Planted = { session: Session; home: string; sealed: SealedFile; closing: Signed; mode?: Mode; tableId?: string }

/**
 * Puts a closed upload, its bytes and its job into the control plane past its API. The job's lease has run out, so that
 * the next sweep hands it to the data plane. Whatever upload had this file before is given another's name.
 */
export async function plantUpload(database: pg.Client, planted: Planted): Promise<string> {
  const { session, home, sealed, closing, mode = 'append', tableId = sealed.tableId } = planted
  const { organisation, project } = session
  const [upload, job] = [randomUUIDv7(), randomUUIDv7()]
  writeFileSync(join(home, 'control', 'uploads', organisation, upload), sealed.content)
  await database.query('UPDATE uploads SET file = gen_random_uuid() WHERE file = $1', [sealed.file])
  await database.query(
    `INSERT INTO uploads (organisation, id, project, table_id, file, mode, length, header_length, segment_length,
       received, state, opening, closing, principal, job, created, expires)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, 262144, $7, 'closed', $9, $10, principal, $11, now(), now() + interval '1 day'
     FROM uploads LIMIT 1`,
    [
      organisation,
      upload,
      project,
      tableId,
      sealed.file,
      mode,
      sealed.content.length,
      sealed.headerLength,
      sealed.opening,
      JSON.stringify(closing),
      job,
    ],
  )
  await database.query(
    `INSERT INTO jobs (organisation, id, project, kind, state, attempt, upload, table_id, created, lease_expires)
     VALUES ($1, $2, $3, 'import', 'running', 1, $4, $5, now(), now() - interval '1 minute')`,
    [organisation, job, project, upload, tableId],
  )
  return job
}

/** Endorses a change of the roster with the owner's device. */
async function signRosterChange(session: Session, change: RosterChange['change']): Promise<Signed> {
  const { statements } = await session.api.call('readRoster', {})
  const last = statements.at(-1)
  return signStatement(session.signer, 'roster', {
    organisation: session.organisation,
    number: statements.length + 1,
    previous: last === undefined ? null : await digestStatement(last),
    change,
    created: new Date().toISOString(),
  })
}

/** The statement of a small query, as its first message of a conversation; `change` is what the attacker says instead. */
export async function signQuery(
  session: Session,
  signer: SigningKey,
  context: string,
  change: object = {},
): Promise<Signed> {
  const { organisation, project } = session
  const [issued, expires] = [0, 50_000].map((later) => new Date(Date.now() + later).toISOString())
  const times = { nonce: randomBytes(16).toString('base64url'), issued, expires }
  const body = { sql: 'select 1', cache: 'off' }
  return signStatement(signer, 'request', {
    organisation,
    project,
    operation: 'query',
    body,
    context,
    number: 0,
    ...times,
    ...change,
  })
}

export async function sealSigned(
  session: Session,
  context: Conversation,
  number: number,
  signed: Signed,
): Promise<Uint8Array> {
  const { organisation, project } = session
  const header = { organisation, project, table: null, file: randomUUIDv7(), version: 1 }
  return (await sealRequest(context, number, header, encodeCanonical(signed))).sealed
}

/** What became of a sealed request: `result`, or the code of its refusal. */
export async function sendRequest(session: Session, sealed: Uint8Array, bearer?: string): Promise<string> {
  const { connection, project } = session
  const who = bearer === undefined ? session.authorise() : { authorization: `Bearer ${bearer}` }
  const headers = { ...who, 'content-type': 'application/vnd.keyhold.sealed' }
  const path = `/v1/projects/${project}/requests`
  const answer = await connection.exchange({ method: 'POST', path, headers, body: sealed, signal: undefined })
  return (
    answer.headers['x-keyhold-outcome'] ?? (JSON.parse(Buffer.from(answer.body).toString()) as { code: string }).code
  )
}

/** A token that lives for three seconds only; the command line makes none shorter than a day. */
export async function makeBriefToken(session: Session): Promise<{ login: string; secret: string; expires: number }> {
  const { api, project, credentials } = session
  const seed = drawSigningSeed()
  const { keyId, publicKey } = await importSigningSeed(seed)
  const at = Date.now() + 3_000
  const what = {
    id: randomUUIDv7(),
    project,
    scopes: [{ bucket: 'main', access: 'read' as const }],
    expires: new Date(at).toISOString(),
  }
  const change = { kind: 'token' as const, ...what, keyId, publicKey: encodeBase64url(publicKey) }
  const endorsement = await signRosterChange(session, change)
  const { secret } = await api.call('createToken', { body: { ...what, name: 'brief', endorsement } })
  const { url, pin, anchor } = credentials
  return { login: `${url}#p=${pin}&a=${anchor}`, secret: `${secret}.${encodeBase64url(seed)}.${anchor}`, expires: at }
}
