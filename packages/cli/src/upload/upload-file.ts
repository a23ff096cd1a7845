/** One file into one table: begun or resumed, sent, and ended by the signed closing statement. */
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto'
import { join } from 'node:path'
import { ApiError, type ImportMode, type ImportOpening, type UploadClosing } from '@keyhold/contract'
import { digestBytes, encodeCanonical, signStatement } from '@keyhold/sealed'
import { createFileSealer, drawFileKey, sealBytes } from '@keyhold/sealed/seal'
import { fetchSealingKey } from '../session/sealing-keys.ts'
import type { ProjectSession } from '../session/session.ts'
import { measureFile, segmentLength, type Geometry } from './geometry.ts'
import { assertDone } from './import-job.ts'
import { lockJournal } from './journal-lock.ts'
import { Journal } from './journal.ts'
import { matchesJournal } from './segment-stream.ts'
import { sendFile } from './sender.ts'
import { openSource, type Source } from './source.ts'

export type UploadTarget = { readonly bucket: string; readonly table: string; readonly tableId: string }

export type UploadRequest = {
  readonly session: ProjectSession
  readonly home: string
  readonly path: string
  readonly target: UploadTarget
  readonly mode: ImportMode
  readonly settings: ImportOpening
  /** Forget an unfinished upload of the same. */
  readonly restart: boolean
  readonly now: () => number
  readonly signal: AbortSignal
  readonly report: UploadReport
}

type UploadReport = {
  resumed(sent: number, length: number): void
  startedOver(reason: string): void
  progress(sent: number, length: number): void
}

export type FinishedUpload = {
  readonly upload: string
  readonly job: string
  readonly file: string
  /** Plaintext and ciphertext bytes. */
  readonly sourceLength: number
  readonly length: number
  readonly resumed: boolean
  /** Seconds of this run until the closing was handed over. */
  readonly seconds: number
}

const closingLifeMs = 7 * 24 * 3_600_000
const notOpen = 'upload.not_open'
/** Refusals after which what was sent is of no use. */
const lostCodes = new Set(['upload.unknown', 'upload.expired', notOpen])

/** Resolves when the server has the whole file and its closing. Throws CliError, ApiError; the journal stays for a resume. */
export async function uploadFile(request: UploadRequest): Promise<FinishedUpload> {
  const source = await openSource(request.path)
  const path = journalPath(request, source)
  const unlock = lockJournal(path)
  try {
    return await runUpload(request, source, path)
  } finally {
    unlock()
    await source.close()
  }
}

async function runUpload(request: UploadRequest, source: Source, path: string): Promise<FinishedUpload> {
  const started = performance.now()
  const found = await findResumable(request, source, path)
  const journal = found ?? (await beginJournal(request, source, path))
  try {
    return await driveUpload(request, source, journal, found !== undefined, started)
  } catch (error) {
    if (!(error instanceof ApiError) || !lostCodes.has(error.code)) {
      journal.close()
      throw error
    }
    const { ids } = journal
    journal.delete()
    // An import that failed while its file was still arriving ends the upload: its reason is what matters.
    if (ids !== undefined && error.code === notOpen) await assertNotFailed(request.session, ids.job)
    if (found === undefined) throw error
    request.report.startedOver('the server no longer has what was sent')
    return runUpload(request, source, path)
  }
}

async function assertNotFailed(session: ProjectSession, id: string): Promise<void> {
  const { job } = await session.api.call('readJob', { params: { project: session.project, job: id }, query: {} })
  if (job.state === 'failed') assertDone(job)
}

async function driveUpload(
  request: UploadRequest,
  source: Source,
  journal: Journal,
  resumed: boolean,
  started: number,
): Promise<FinishedUpload> {
  const geometry = measureFile(Buffer.from(journal.header.head, 'base64url').length, source.length)
  const ids = journal.ids ?? (await createUpload(request, journal, geometry))
  if (!(await isClosed(request.session, ids.upload))) {
    await sendFile({
      session: request.session,
      source,
      journal,
      geometry,
      upload: ids.upload,
      signal: request.signal,
      onProgress: (sent) => request.report.progress(sent, geometry.length),
    })
  }
  const closing = await signClosing(request, journal, geometry)
  const params = { project: request.session.project, upload: ids.upload }
  const { job } = await request.session.api.call('closeUpload', { params, body: { closing } })
  const { file } = journal.header
  journal.delete()
  const seconds = (performance.now() - started) / 1000
  return { upload: ids.upload, job, file, sourceLength: source.length, length: geometry.length, resumed, seconds }
}

/** The journal of an earlier run that may be gone on with. Its upload is given up when the question or the file differ. */
async function findResumable(request: UploadRequest, source: Source, path: string): Promise<Journal | undefined> {
  const journal = Journal.open(path)
  if (journal === undefined) return undefined
  const reason = await findDifference(request, source, journal)
  if (reason === undefined) {
    request.report.resumed(Math.min(source.length, journal.count * segmentLength), source.length)
    return journal
  }
  request.report.startedOver(reason)
  await abandonUpload(request.session, journal)
  journal.delete()
  return undefined
}

async function findDifference(request: UploadRequest, source: Source, journal: Journal): Promise<string | undefined> {
  if (request.restart) return 'as asked'
  if (journal.header.request !== describeRequest(request)) return 'mode or settings differ from the unfinished upload'
  if (journal.header.sourceLength !== source.length) return 'the file has changed since'
  return (await matchesJournal(source, journal, journal.count)) ? undefined : 'the file has changed since'
}

async function abandonUpload(session: ProjectSession, journal: Journal): Promise<void> {
  if (journal.ids === undefined) return
  try {
    await session.api.call('abandonUpload', { params: { project: session.project, upload: journal.ids.upload } })
  } catch (error) {
    // Whatever is left of it on the server expires there.
    if (!(error instanceof ApiError)) throw error
  }
}

async function beginJournal(request: UploadRequest, source: Source, path: string): Promise<Journal> {
  const { session, target, settings } = request
  const recipient = { kind: 'hpke', ...(await fetchSealingKey(session, request.home, request.now())) } as const
  const file = randomUUIDv7()
  const fileKey = drawFileKey()
  const { organisation, project } = session
  const header = { organisation, project, table: target.tableId, file, version: 1 }
  const sealer = await createFileSealer({ header: { ...header, purpose: 'upload' }, recipients: [recipient], fileKey })
  const opening = await sealBytes(
    { header: { ...header, purpose: 'job' }, recipients: [recipient] },
    encodeCanonical(settings),
  )
  return Journal.create(path, {
    format: 1,
    request: describeRequest(request),
    sourceLength: source.length,
    project,
    tableId: target.tableId,
    file,
    fileKey: encode(fileKey),
    fingerprintKey: randomBytes(32).toString('base64url'),
    head: encode(sealer.head),
    opening: encode(opening),
    idempotencyKey: `upload-${file}`,
    created: new Date(request.now()).toISOString(),
  })
}

/** The same key each time: a repeated call is answered with the same upload. */
async function createUpload(request: UploadRequest, journal: Journal, geometry: Geometry) {
  const { file, opening, idempotencyKey } = journal.header
  const { upload } = await request.session.api.call('createUpload', {
    params: { project: request.session.project },
    body: {
      table: request.target.tableId,
      mode: request.mode,
      file,
      length: geometry.length,
      headerLength: geometry.headLength,
      segmentLength,
      opening,
    },
    headers: { 'idempotency-key': idempotencyKey },
  })
  const ids = { upload: upload.id, job: upload.job }
  journal.bind(ids)
  return ids
}

async function isClosed(session: ProjectSession, upload: string): Promise<boolean> {
  const { upload: found } = await session.api.call('readUpload', { params: { project: session.project, upload } })
  return found.state === 'closed' || found.state === 'consumed'
}

/** The same bytes each time, so that a closing whose answer was lost can be handed over again. */
async function signClosing(request: UploadRequest, journal: Journal, geometry: Geometry) {
  const { session, target } = request
  const { file, opening, idempotencyKey, created } = journal.header
  return signStatement(session.signer, 'upload-closing', {
    organisation: session.organisation,
    project: session.project,
    bucket: target.bucket,
    table: target.table,
    tableId: target.tableId,
    mode: request.mode,
    primaryKey: request.settings.primaryKey ?? null,
    file,
    ciphertextLength: geometry.length,
    ciphertextHash: journal.hashContent(),
    openingDigest: await digestBytes(Buffer.from(opening, 'base64url')),
    idempotencyKey,
    created,
    expires: new Date(Date.parse(created) + closingLifeMs).toISOString(),
  } satisfies UploadClosing)
}

function journalPath(request: UploadRequest, source: Source): string {
  const { session, target } = request
  const name = hashText(JSON.stringify([session.credentials.url, session.project, target.tableId, source.path]))
  return join(request.home, 'journals', `${name}.upload`)
}

function describeRequest({ target, mode, settings }: UploadRequest): string {
  return hashText(JSON.stringify([target.tableId, mode, settings]))
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}
