/** The import job: follows an upload, parses it while it arrives, and commits once its closing statement verifies. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ImportOpening, type ClaimedJob, type ControlMethods, type Manifest, type Signed } from '@keyhold/contract'
import { parseCanonical, SealedError } from '@keyhold/sealed'
import { openBytes } from '@keyhold/sealed/open'
import { Compile } from 'typebox/compile'
import {
  RecordCutter,
  type CsvOptions,
  type Engine,
  type ImportPart,
  type ImportResult,
  type Limits,
  type TableColumn,
} from '../engine/index.ts'
import { DataError } from '../errors.ts'
import { digestOf } from '../formats/statements.ts'
import type { EntryDraft } from '../ledger-client/draft.ts'
import type { ControlHttp } from '../link/control-http.ts'
import type { Catalogue, TableState } from '../project/catalogue.ts'
import type { Keyring } from '../project/keyring.ts'
import type { Marks } from '../project/marks.ts'
import type { ObjectCache } from '../query/object-cache.ts'
import type { RosterIndex } from '../project/roster-index.ts'
import { assertLoad, nextManifest } from './load-rules.ts'
import { PartQueue } from './part-queue.ts'
import { contentForged, readUpload, tableMismatch, type ReadResult, type UploadState } from './read-upload.ts'
import { sealDataFile } from './seal-data-file.ts'
import { assertNew, verifyClosing } from './verify-closing.ts'
import { writeParts } from './write-parts.ts'

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
  readonly keyring: Keyring
  readonly catalogue: Catalogue
  readonly marks: Marks
  readonly roster: RosterIndex
  readonly acquireEngine: (identity: string) => Promise<{ engine: Engine; end: () => Promise<void> }>
  readonly limits: Limits
  readonly partBytes: number
  readonly record: (entries: EntryDraft[]) => Promise<string>
  readonly sign: (manifest: Manifest) => Promise<Signed>
}

export type Progress = { phase: string; bytes: number; total: number; rows: number }

const openingCheck = Compile(ImportOpening)
/** The engine fetches one part ahead already: more would be memory without speed. */
const partsWaiting = 0
/** The statement follows the last byte at once, as a rule; one that does not come is asked for less and less often. */
const closingPauses = { first: 10, longest: 500 }

export class ImportJob {
  readonly #job: ClaimedJob
  readonly #setting: ImportSetting
  readonly #signal: AbortSignal
  readonly progress: Progress = { phase: 'reading', bytes: 0, total: 0, rows: 0 }
  #files: Manifest['files'] = []
  #read: ReadResult | undefined
  #reading: Promise<unknown> = Promise.resolve()

  constructor(job: ClaimedJob, setting: ImportSetting, signal: AbortSignal) {
    this.#job = job
    this.#setting = setting
    this.#signal = signal
  }

  /** @throws `upload.`, `import.`, `access.`, `manifest.` and `engine.` codes; nothing is committed then. */
  async run(): Promise<void> {
    const { catalogue, control } = this.#setting
    await catalogue.refresh(Number.MAX_SAFE_INTEGER)
    const upload = await control('uploads.read', { upload: this.#job.upload })
    this.progress.total = upload.length
    const current = catalogue.byId(this.#job.table)
    assertNew({ file: upload.file }, current)
    const opening = await this.#openOpening(upload)
    const loaded = await this.#load(upload, opening, current)
    await this.#commit(upload, opening, loaded)
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

  async #load(upload: UploadState, opening: ImportOpening, current: TableState | undefined): Promise<ImportResult> {
    const { acquireEngine, keyring, folder } = this.#setting
    const keyId = current?.manifest.files.at(-1)?.keyId ?? (await keyring.makeTableKey())
    const parts = join(folder, this.#job.id)
    await mkdir(parts, { recursive: true, mode: 0o700 })
    const { engine, end } = await acquireEngine(`import ${this.#job.id} ${this.#job.attempt}`)
    const schema = chooseSchema(opening, upload, current)
    try {
      const result = await engine.import(
        {
          openParts: () => this.#openParts(upload, opening, parts),
          format: opening.format,
          csv: csvOptions(opening),
          ...(schema && { schema }),
          limits: this.#setting.limits,
          onDataFile: async (file) => {
            const stored = await sealDataFile(file, { ...this.#setting, table: upload.table, keyId })
            this.#files.push(stored)
            this.progress.rows += file.rows
          },
          onRestart: async () => {
            this.#files = []
            this.progress.rows = 0
          },
        },
        this.#signal,
      )
      await this.#reading
      return result
    } finally {
      await end()
      await rm(parts, { recursive: true, force: true })
    }
  }

  async *#openParts(upload: UploadState, opening: ImportOpening, folder: string): AsyncGenerator<ImportPart> {
    await this.#reading.catch(() => {})
    const stop = new AbortController()
    const queue = new PartQueue<ImportPart>(partsWaiting)
    const source = readUpload(upload, this.#readSetting(), AbortSignal.any([stop.signal, this.#signal]))
    const setting = { folder, cutter: createCutter(opening), partBytes: this.#setting.partBytes }
    this.#reading = writeParts(source, queue, setting).then((read) => (this.#read = read))
    this.#reading.catch(() => {})
    try {
      yield* queue
    } finally {
      queue.end()
      stop.abort()
    }
  }

  #readSetting() {
    const { organisation, project, keyring, http, control } = this.#setting
    return {
      organisation,
      project,
      keys: keyring.fileKeys,
      readContent: (offset: number, signal: AbortSignal) => http.readUpload(this.#job.upload, offset, signal),
      readState: async () => (await control('uploads.read', { upload: this.#job.upload })).state,
      onProgress: (bytes: number) => {
        this.progress.bytes = bytes
      },
    }
  }

  async #commit(upload: UploadState, opening: ImportOpening, result: ImportResult): Promise<void> {
    const { catalogue, control, organisation, project, roster, marks } = this.#setting
    if (!this.#read) throw contentForged()
    this.progress.phase = 'closing'
    const signed = await this.#waitForClosing()
    await catalogue.refresh(Number.MAX_SAFE_INTEGER)
    const current = catalogue.byId(this.#job.table)
    const rules = { organisation, project, roster, marks, now: Date.now() }
    const closing = await verifyClosing(signed, upload, this.#read, current, rules)
    const loaded = {
      columns: result.schema.map(({ name, type }) => ({ name, type })),
      files: this.#files,
      rows: result.rows,
    }
    assertLoad(loaded, closing, current, opening)
    const manifest = nextManifest({ organisation, project }, loaded, closing, current, new Date())
    const statement = await this.#setting.sign(manifest)
    await this.#setting.record([this.#describe(manifest, statement, signed.keyId)])
    this.progress.phase = 'committing'
    const objects = this.#files.map((file) => file.object)
    const { id: job, attempt } = this.#job
    // The last word on rows and bytes: a short import ends before its first renewal.
    await control('jobs.renew', { job, attempt, progress: { ...this.progress } })
    const { catalogueVersion } = await control('jobs.commit', { job, attempt, manifest: statement, objects })
    await catalogue.adopt(statement, this.#job.table, catalogueVersion)
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

  #describe(manifest: Manifest, statement: Signed, keyId: string): EntryDraft {
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
        bytes: this.#read?.length ?? 0,
      },
    }
  }
}

/** A table's columns stay as they are unless the load may change them. */
function chooseSchema(
  opening: ImportOpening,
  upload: UploadState,
  current: TableState | undefined,
): TableColumn[] | undefined {
  if (opening.schema) return opening.schema
  const mayChange = upload.mode === 'replace' && opening.allowSchemaChange === true
  return current && !mayChange ? current.manifest.columns : undefined
}

function csvOptions({ delimiter, quote, header, nullValue }: ImportOpening): CsvOptions {
  return {
    ...(delimiter !== undefined && { delimiter }),
    ...(quote !== undefined && { quote }),
    ...(header !== undefined && { header }),
    ...(nullValue !== undefined && { nullText: nullValue }),
  }
}

/** Undefined for a format that cannot be cut. */
function createCutter({ format, quote = '"' }: ImportOpening): RecordCutter | undefined {
  if (format === 'parquet') return undefined
  return new RecordCutter({ quote: format === 'csv' && quote !== '' ? quote : null })
}
