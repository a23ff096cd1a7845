/** The import job: follows an upload, parses it while it arrives, and commits once its closing statement verifies. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  ImportOpening,
  type ClaimedJob,
  type ControlMethods,
  type Manifest,
  type Signed,
  type UploadClosing,
} from '@keyhold/contract'
import { parseCanonical, SealedError } from '@keyhold/sealed'
import { openBytes } from '@keyhold/sealed/open'
import { Compile } from 'typebox/compile'
import type { Engine, Limits, SheetRequest, SheetResult } from '../engine/index.ts'
import { DataError } from '../errors.ts'
import { digestOf } from '../formats/statements.ts'
import type { EntryDraft } from '../ledger-client/draft.ts'
import type { ControlHttp } from '../link/control-http.ts'
import type { Catalogue, TableState } from '../project/catalogue.ts'
import type { Keyring } from '../project/keyring.ts'
import type { Marks } from '../project/marks.ts'
import type { RosterIndex } from '../project/roster-index.ts'
import type { ObjectCache } from '../query/object-cache.ts'
import type { PlainFiles } from '../query/plain-files.ts'
import { isSameKey, planKey } from './key-rules.ts'
import { FileLoad } from './file-load.ts'
import { nextManifest } from './load-rules.ts'
import { LoadReport, sealReport } from './load-report.ts'
import { checkOpening } from './open-source.ts'
import { contentForged, tableMismatch, type UploadState } from './read-upload.ts'
import { assertNew, closingForged, verifyClosing } from './verify-closing.ts'

export type CallControl = <K extends keyof ControlMethods>(
  method: K,
  params: ControlMethods[K]['params'],
) => Promise<ControlMethods[K]['result']>

export type ImportSetting = {
  readonly organisation: string
  readonly project: string
  /** Private working memory for parts. */
  readonly folder: string
  readonly control: CallControl
  readonly http: ControlHttp
  readonly objects: ObjectCache
  readonly plain: PlainFiles
  readonly keyring: Keyring
  readonly catalogue: Catalogue
  readonly marks: Marks
  readonly roster: RosterIndex
  readonly readSheet: (request: SheetRequest, signal: AbortSignal) => Promise<SheetResult>
  readonly acquireEngine: (identity: string) => Promise<{ engine: Engine; end: () => Promise<void> }>
  readonly limits: Limits
  readonly partBytes: number
  readonly record: (entries: EntryDraft[]) => Promise<string>
  readonly sign: (manifest: Manifest) => Promise<Signed>
}

export type Progress = { phase: string; bytes: number; total: number; rows: number }

const openingCheck = Compile(ImportOpening)
/** The statement follows the last byte at once, as a rule; one that does not come is asked for less and less often. */
const closingPauses = { first: 10, longest: 500 }

export class ImportJob {
  readonly #job: ClaimedJob
  readonly #setting: ImportSetting
  readonly #signal: AbortSignal
  readonly progress: Progress = { phase: 'reading', bytes: 0, total: 0, rows: 0 }
  #report: LoadReport | undefined
  #keyId: string | undefined
  #opening: ImportOpening | undefined

  constructor(job: ClaimedJob, setting: ImportSetting, signal: AbortSignal) {
    this.#job = job
    this.#setting = setting
    this.#signal = signal
  }

  /** What the rows of the source are called, for people. */
  get rowWord(): 'line' | 'row' | 'item' {
    const format = this.#opening?.format
    return format === 'xlsx' || format === 'parquet' ? 'row' : format === 'json' ? 'item' : 'line'
  }

  /** @throws `upload.`, `import.`, `access.`, `manifest.` and `engine.` codes; nothing is committed then. */
  async run(): Promise<void> {
    const { catalogue, control, keyring } = this.#setting
    await catalogue.refresh(Number.MAX_SAFE_INTEGER)
    const upload = await control('uploads.read', { upload: this.#job.upload })
    this.progress.total = upload.length
    const current = catalogue.byId(this.#job.table)
    assertNew({ file: upload.file }, current)
    const opening = await this.#openOpening(upload)
    this.#opening = opening
    this.#report = new LoadReport(opening)
    this.#keyId = current?.manifest.files.at(-1)?.keyId ?? (await keyring.makeTableKey())
    checkOpening(opening)
    const key = planKey(upload.mode, opening, current)
    const { engine, end } = await this.#setting.acquireEngine(`import ${this.#job.id} ${this.#job.attempt}`)
    const folder = join(this.#setting.folder, this.#job.id)
    const place = { upload, opening, current, key, engine, folder, keyId: this.#keyId, report: this.#report }
    const load = new FileLoad(place, this.#setting, this.#job, this.progress, this.#signal)
    try {
      await load.read()
      await this.#commit(load, upload, opening, current)
    } finally {
      await end()
      await load.end()
    }
  }

  /** The sealed report of a failure, where the load came far enough to know anything. Never throws. */
  async sealFailure(code: string, error: unknown): Promise<string | undefined> {
    if (this.#report === undefined || this.#keyId === undefined) return undefined
    try {
      return await this.#seal(this.#report.describeFailure(code, error), this.#keyId)
    } catch {
      // Without a key there is no report; the failure itself is told all the same.
      return undefined
    }
  }

  #seal(report: ReturnType<LoadReport['describeSuccess']>, keyId: string): Promise<string> {
    const { organisation, project, keyring } = this.#setting
    const { id: job, attempt, table } = this.#job
    return sealReport(report, { organisation, project, table, job, attempt }, keyId, keyring)
  }

  async #openOpening(upload: UploadState): Promise<ImportOpening> {
    const { organisation, project, keyring } = this.#setting
    const sealed = Buffer.from(upload.opening, 'base64url')
    const expected = { organisation, project, table: upload.table, file: upload.file, purpose: 'job' } as const
    const opening = parseCanonical(
      await openBytes(sealed, keyring.fileKeys, expected).catch((cause) => {
        const elsewhere = cause instanceof SealedError && cause.code === 'header.unexpected'
        throw elsewhere ? tableMismatch(cause) : contentForged(cause)
      }),
    )
    if (openingCheck.Check(opening)) return opening
    throw new DataError(
      'upload.opening_malformed',
      'The upload’s settings lack a field or have one too many.',
      'Update the client.',
    )
  }

  async #commit(
    load: FileLoad,
    upload: UploadState,
    opening: ImportOpening,
    before: TableState | undefined,
  ): Promise<void> {
    const { catalogue, control, organisation, project, roster, marks, sign, record } = this.#setting
    this.progress.phase = 'closing'
    const signed = await this.#waitForClosing()
    await catalogue.refresh(Number.MAX_SAFE_INTEGER)
    const current = catalogue.byId(this.#job.table)
    const rules = { organisation, project, roster, marks, now: Date.now() }
    const closing = await verifyClosing(signed, upload, load.content, current, rules)
    if (!isSameKey(closing.primaryKey, opening.primaryKey)) throw closingForged()
    const { loaded, quarantined } = await load.finish(closing, current, before)
    const manifest = nextManifest({ organisation, project }, loaded, closing, current, new Date())
    const statement = await sign(manifest)
    const quarantine = quarantined && (await this.#signQuarantine(quarantined, closing))
    const entries = [this.#describe(manifest, statement, signed.keyId, load.content.length)]
    if (quarantine) entries.push(this.#describe(quarantine.manifest, quarantine.statement, signed.keyId, 0))
    await record(entries)
    const report = await this.#seal((this.#report as LoadReport).describeSuccess(), this.#keyId ?? '')
    this.progress.phase = 'committing'
    const objects = [...manifest.files, ...(quarantine?.manifest.files ?? [])].map((file) => file.object)
    const { id: job, attempt } = this.#job
    // The last word on rows and bytes: a short import ends before its first renewal.
    await control('jobs.renew', { job, attempt, progress: { ...this.progress } })
    const more = quarantine && { quarantine: quarantine.statement }
    const params = { job, attempt, manifest: statement, objects, report, ...more }
    const { catalogueVersion } = await control('jobs.commit', params)
    await catalogue.adopt(statement, this.#job.table, catalogueVersion)
    if (quarantine) await catalogue.adopt(quarantine.statement, quarantine.manifest.tableId, catalogueVersion)
  }

  async #signQuarantine(
    { place, current, files, rows }: NonNullable<Awaited<ReturnType<FileLoad['finish']>>['quarantined']>,
    closing: UploadClosing,
  ): Promise<{ manifest: Manifest; statement: Signed }> {
    const { organisation, project, sign } = this.#setting
    const { columns } = place
    const loaded = { columns, files, rows, primaryKey: null, isWhole: false }
    const { file, idempotencyKey, expires } = closing
    const where = { bucket: place.bucket, table: place.name, tableId: place.table, file, idempotencyKey, expires }
    const manifest = nextManifest({ organisation, project }, loaded, where, current, new Date())
    return { manifest, statement: await sign(manifest) }
  }

  async #waitForClosing(): Promise<Signed> {
    for (let pause = closingPauses.first; ; pause = Math.min(pause * 2, closingPauses.longest)) {
      const { state, closing } = await this.#setting.control('uploads.read', { upload: this.#job.upload })
      if (closing) return closing
      if (state === 'abandoned')
        throw new DataError('upload.abandoned', 'The upload was given up.', 'Upload the file again.')
      await delay(pause, undefined, { signal: this.#signal })
    }
  }

  #describe(manifest: Manifest, statement: Signed, keyId: string, bytes: number): EntryDraft {
    return {
      action: 'manifest.sign',
      outcome: 'success',
      code: null,
      project: this.#setting.project,
      actor: { kind: 'key', id: keyId },
      object: { kind: 'table', id: manifest.tableId },
      before: manifest.previous,
      after: digestOf(statement),
      details: {
        job: this.#job.id,
        upload: this.#job.upload,
        sequence: manifest.sequence,
        files: manifest.files.length,
        rows: manifest.rows,
        bytes,
      },
    }
  }
}
