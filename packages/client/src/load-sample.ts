/** A sample into a project: its files sealed, sent and imported, then its reports and its dashboard saved. */
import type { Job, Table } from '@keyhold/contract'
import { placeReports, sampleDocumentId, type Sample, type SampleFile } from '@keyhold/samples'
import type { ProjectCaller } from './caller.ts'
import { ensureDocument, type AskJson } from './documents.ts'
import { assertDone, followJob } from './upload/import-job.ts'
import type { UploadTarget } from './upload/upload-file.ts'

/** How far one file is. `done` and `total` are bytes of ciphertext, of the source while it is fetched or made. */
export type SampleProgress = {
  readonly table: string
  readonly phase: 'fetching' | 'sending' | 'importing' | 'done'
  readonly done: number
  readonly total: number
  /** Rows that are imported so far. */
  readonly rows: number
}

export type SampleRequest = {
  readonly caller: ProjectCaller
  readonly ask: AskJson
  readonly sample: Sample
  readonly signal: AbortSignal
  /** Fetches or makes the file and uploads all of it; resolves to the import job's id. */
  readonly send: (
    file: SampleFile,
    target: UploadTarget,
    report: (phase: 'fetching' | 'sending', done: number, total: number) => void,
  ) => Promise<string>
  readonly report: (progress: SampleProgress) => void
}

/**
 * Resolves to the dashboard's id. Goes on where an earlier run ended: tables that are there stay, uploads are resumed,
 * and documents that exist are left as people made them. Throws what `send`, `assertDone` and `ask` do.
 */
export async function loadSample(request: SampleRequest): Promise<{ dashboard: string }> {
  const loaded = await listLoaded(request)
  const imports: Promise<void>[] = []
  // Files are sent one after another; the import of one goes on while the next is sent.
  for (const file of request.sample.files) {
    if (loaded.has(file.table)) request.report(finished(file.table, loaded.get(file.table)?.rows ?? 0))
    else {
      const following = followImport(request, file.table, await sendFile(request, file))
      // Its failure is told below, after the file that is being sent meanwhile.
      following.catch(() => undefined)
      imports.push(following)
    }
  }
  await Promise.all(imports)
  return { dashboard: await saveDocuments(request) }
}

async function listLoaded({ caller, sample }: SampleRequest): Promise<Map<string, Table>> {
  const { tables } = await caller.api.call('listTables', { params: { project: caller.project } })
  const ours = tables.filter(({ bucket, sequence }) => bucket === sample.bucket && sequence > 0)
  return new Map(ours.map((table) => [table.name, table]))
}

/** Resolves to the import job's id. */
async function sendFile(request: SampleRequest, file: SampleFile): Promise<string> {
  const { caller, sample, report } = request
  const name = { bucket: sample.bucket, table: file.table }
  const { table } = await caller.api.call('ensureTable', { params: { project: caller.project }, body: name })
  return request.send(file, { ...name, tableId: table.id }, (phase, done, total) =>
    report({ table: file.table, phase, done, total, rows: 0 }),
  )
}

async function followImport(request: SampleRequest, table: string, id: string): Promise<void> {
  const onState = ({ progress }: Job): void => {
    const { bytes: done, total, rows } = progress ?? { bytes: 0, total: 0, rows: 0 }
    request.report({ table, phase: 'importing', done, total, rows })
  }
  const job = await followJob(request.caller, id, onState, { waitSeconds: 1, signal: request.signal })
  assertDone(job)
  request.report(finished(table, job.progress?.rows ?? 0))
}

function finished(table: string, rows: number): SampleProgress {
  return { table, phase: 'done', done: 1, total: 1, rows }
}

async function saveDocuments({ caller, ask, sample }: SampleRequest): Promise<string> {
  const ids = new Map<string, string>()
  for (const { key } of sample.reports) ids.set(key, await sampleDocumentId(caller.project, sample.id, key))
  const idOf = (key: string): string => ids.get(key) ?? ''
  await Promise.all(
    sample.reports.map(({ key, title, body }) => ensureDocument(ask, { id: idOf(key), kind: 'report', title, body })),
  )
  const id = await sampleDocumentId(caller.project, sample.id, 'dashboard')
  const { title } = sample.dashboard
  await ensureDocument(ask, { id, kind: 'dashboard', title, body: placeReports(sample, idOf) })
  return id
}
