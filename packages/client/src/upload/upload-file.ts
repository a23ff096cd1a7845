/** One file into one table: begun or resumed, sent, and ended by the signed closing statement. */
import { ApiError, type ImportOpening, type UploadClosing } from '@keyhold/contract'
import { digestBytes, encodeBase64url, encodeCanonical, signStatement } from '@keyhold/sealed'
import { createFileSealer, drawFileKey, sealBytes } from '@keyhold/sealed/seal'
import { decodeOwn } from '../bytes.ts'
import type { ProjectCaller } from '../caller.ts'
import { drawId } from '../draw-id.ts'
import { assertEndorsed } from '../roster.ts'
import { fetchSealingKey } from '../sealing-keys.ts'
import { measureFile, segmentLength, type Geometry } from './geometry.ts'
import { assertDone } from './import-job.ts'
import type { Journal } from './journal.ts'
import type { UploadPorts } from './ports.ts'
import { matchesJournal } from './segment-stream.ts'
import { sendFile } from './sender.ts'
import type { Source } from './source.ts'

export type UploadTarget = { readonly bucket: string; readonly table: string; readonly tableId: string }

export type UploadRequest = {
  readonly caller: ProjectCaller
  readonly source: Source
  readonly target: UploadTarget
  readonly mode: UploadClosing['mode']
  readonly primaryKey: UploadClosing['primaryKey']
  readonly settings: ImportOpening
  /** Forget an unfinished upload of the same. */
  readonly restart: boolean
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

type Upload = { readonly request: UploadRequest; readonly ports: UploadPorts; readonly name: string }

const closingLifeMs = 7 * 24 * 3_600_000
const notOpen = 'upload.not_open'
/** Refusals after which what was sent is of no use. */
const lostCodes = new Set(['upload.unknown', 'upload.expired', notOpen])

/**
 * Resolves when the server has the whole file and its closing; the caller closes the source. Throws ClientError, ApiError,
 * JobProblem and what the ports throw; the journal stays for a resume.
 */
export async function uploadFile(request: UploadRequest, ports: UploadPorts): Promise<FinishedUpload> {
  const { caller, source, target } = request
  await assertEndorsed(caller)
  const name = await nameUpload(caller, target, source.identity)
  const unlock = await ports.journals.lock(name)
  try {
    return await runUpload({ request, ports, name })
  } finally {
    unlock()
  }
}

/** Gives up an unfinished upload: at the server, as far as it can be reached, and here. */
export async function forgetUpload(
  request: Pick<UploadRequest, 'caller' | 'target'> & { readonly identity: string },
  ports: Pick<UploadPorts, 'journals'>,
): Promise<void> {
  const name = await nameUpload(request.caller, request.target, request.identity)
  const unlock = await ports.journals.lock(name)
  try {
    const journal = await ports.journals.open(name)
    if (journal === undefined) return
    await abandonUpload(request.caller, journal)
    await journal.delete()
  } finally {
    unlock()
  }
}

function nameUpload(caller: ProjectCaller, target: UploadTarget, identity: string): Promise<string> {
  return hashText(JSON.stringify([caller.project, target.tableId, identity]))
}

async function runUpload(upload: Upload): Promise<FinishedUpload> {
  const { request } = upload
  const started = performance.now()
  const found = await findResumable(upload)
  const journal = found ?? (await beginJournal(upload))
  try {
    return await driveUpload(upload, journal, found !== undefined, started)
  } catch (error) {
    if (!(error instanceof ApiError) || !lostCodes.has(error.code)) {
      journal.close()
      throw error
    }
    const { ids } = journal
    await journal.delete()
    // An import that failed while its file was still arriving ends the upload: its reason is what matters.
    if (ids !== undefined && error.code === notOpen) await assertNotFailed(request.caller, ids.job)
    if (found === undefined) throw error
    request.report.startedOver('the server no longer has what was sent')
    return runUpload(upload)
  }
}

async function assertNotFailed(caller: ProjectCaller, id: string): Promise<void> {
  const { job } = await caller.api.call('readJob', { params: { project: caller.project, job: id }, query: {} })
  if (job.state === 'failed') assertDone(job)
}

async function driveUpload(
  upload: Upload,
  journal: Journal,
  resumed: boolean,
  started: number,
): Promise<FinishedUpload> {
  const { request, ports } = upload
  const { caller, source } = request
  const geometry = measureFile(decodeOwn(journal.header.head).length, source.length)
  const ids = journal.ids ?? (await createUpload(request, journal, geometry))
  if (!(await isClosed(caller, ids.upload))) {
    await sendFile({
      ports,
      project: caller.project,
      source,
      journal,
      geometry,
      upload: ids.upload,
      signal: request.signal,
      onProgress: (sent) => request.report.progress(sent, geometry.length),
    })
  }
  const closing = await signClosing(request, journal, geometry)
  const params = { project: caller.project, upload: ids.upload }
  const { job } = await caller.api.call('closeUpload', { params, body: { closing } })
  const { file } = journal.header
  await journal.delete()
  const seconds = (performance.now() - started) / 1000
  return { upload: ids.upload, job, file, sourceLength: source.length, length: geometry.length, resumed, seconds }
}

/** The journal of an earlier run that may be gone on with. Its upload is given up when the question or the file differ. */
async function findResumable({ request, ports, name }: Upload): Promise<Journal | undefined> {
  const journal = await ports.journals.open(name)
  if (journal === undefined) return undefined
  const { source, report } = request
  const reason = await findDifference(request, ports, journal)
  if (reason === undefined) {
    report.resumed(Math.min(source.length, journal.count * segmentLength), source.length)
    return journal
  }
  report.startedOver(reason)
  await abandonUpload(request.caller, journal)
  await journal.delete()
  return undefined
}

async function findDifference(
  request: UploadRequest,
  ports: UploadPorts,
  journal: Journal,
): Promise<string | undefined> {
  if (request.restart) return 'as asked'
  if (journal.header.request !== (await describeRequest(request)))
    return 'mode or settings differ from the unfinished upload'
  if (journal.header.sourceLength !== request.source.length) return 'the file has changed since'
  return (await matchesJournal(request.source, journal, ports.hashing)) ? undefined : 'the file has changed since'
}

async function abandonUpload(caller: ProjectCaller, journal: Journal): Promise<void> {
  if (journal.ids === undefined) return
  try {
    await caller.api.call('abandonUpload', { params: { project: caller.project, upload: journal.ids.upload } })
  } catch (error) {
    // Whatever is left of it on the server expires there.
    if (!(error instanceof ApiError)) throw error
  }
}

async function beginJournal({ request, ports, name }: Upload): Promise<Journal> {
  const { caller, source, target, settings } = request
  const recipient = { kind: 'hpke', ...(await fetchSealingKey(caller, ports.pins, ports.now())) } as const
  const file = drawId(ports.now())
  const fileKey = drawFileKey()
  const { organisation, project } = caller
  const header = { organisation, project, table: target.tableId, file, version: 1 }
  const sealer = await createFileSealer({ header: { ...header, purpose: 'upload' }, recipients: [recipient], fileKey })
  const opening = await sealBytes(
    { header: { ...header, purpose: 'job' }, recipients: [recipient] },
    encodeCanonical(settings),
  )
  return ports.journals.create(name, {
    format: 1,
    request: await describeRequest(request),
    sourceLength: source.length,
    project,
    tableId: target.tableId,
    file,
    fileKey: encodeBase64url(fileKey),
    fingerprintKey: encodeBase64url(globalThis.crypto.getRandomValues(new Uint8Array(32))),
    head: encodeBase64url(sealer.head),
    opening: encodeBase64url(opening),
    idempotencyKey: `upload-${file}`,
    created: new Date(ports.now()).toISOString(),
  })
}

/** The same key each time: a repeated call is answered with the same upload. */
async function createUpload(request: UploadRequest, journal: Journal, geometry: Geometry) {
  const { file, opening, idempotencyKey } = journal.header
  const { upload } = await request.caller.api.call('createUpload', {
    params: { project: request.caller.project },
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
  await journal.bind(ids)
  return ids
}

async function isClosed({ api, project }: ProjectCaller, upload: string): Promise<boolean> {
  const { upload: found } = await api.call('readUpload', { params: { project, upload } })
  return found.state === 'closed' || found.state === 'consumed'
}

/** The same bytes each time, so that a closing whose answer was lost can be handed over again. */
async function signClosing(request: UploadRequest, journal: Journal, geometry: Geometry) {
  const { caller, target } = request
  const { file, opening, idempotencyKey, created } = journal.header
  return signStatement(caller.signer, 'upload-closing', {
    organisation: caller.organisation,
    project: caller.project,
    bucket: target.bucket,
    table: target.table,
    tableId: target.tableId,
    mode: request.mode,
    primaryKey: request.primaryKey,
    file,
    ciphertextLength: geometry.length,
    ciphertextHash: await journal.hashContent(),
    openingDigest: await digestBytes(decodeOwn(opening)),
    idempotencyKey,
    created,
    expires: new Date(Date.parse(created) + closingLifeMs).toISOString(),
  } satisfies UploadClosing)
}

function describeRequest({ target, mode, primaryKey, settings }: UploadRequest): Promise<string> {
  return hashText(JSON.stringify([target.tableId, mode, primaryKey, settings]))
}

function hashText(text: string): Promise<string> {
  return digestBytes(new TextEncoder().encode(text))
}
