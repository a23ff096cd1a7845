/** One file on its way into a table: read by the engine while it arrives, then settled with what the table has. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClaimedJob, Column, ImportOpening, Manifest, UploadClosing } from '@keyhold/contract'
import type { Engine, ImportedFile, ImportPart, ImportRequest, ImportResult } from '../engine/index.ts'
import { DataError } from '../errors.ts'
import type { TableState } from '../project/catalogue.ts'
import { FileStage } from './file-stage.ts'
import type { ImportSetting, Progress } from './import-job.ts'
import { checkKeyColumns, type KeyPlan } from './key-rules.ts'
import type { LoadReport } from './load-report.ts'
import { assertLoad, compareColumns, planColumns, type Loaded } from './load-rules.ts'
import { chooseEngineFormat, chooseHints, createCutter, openSource, type OpenedSource } from './open-source.ts'
import { PartQueue } from './part-queue.ts'
import { assertQuarantine, isTooMany, Quarantine, quarantineColumns } from './quarantine.ts'
import { contentForged, readUpload, type ReadResult, type UploadState } from './read-upload.ts'
import { rewriteTable } from './rewrite-table.ts'
import { writeParts } from './write-parts.ts'

export type LoadPlace = {
  readonly upload: UploadState
  readonly opening: ImportOpening
  readonly current: TableState | undefined
  readonly key: KeyPlan | null
  readonly engine: Engine
  readonly folder: string
  readonly keyId: string
  readonly report: LoadReport
}

/** The quarantine's part of a commit. */
export type Quarantined = {
  readonly place: { table: string; bucket: string; name: string; columns: readonly Column[] }
  readonly current: TableState | undefined
  readonly files: Manifest['files']
  readonly rows: number
}

type Source = { readonly opened: OpenedSource<ReadResult>; readonly stop: AbortController }

/** The engine fetches one part ahead already: more would be memory without speed. */
const partsWaiting = 0

export class FileLoad {
  readonly #place: LoadPlace
  readonly #setting: ImportSetting
  readonly #job: ClaimedJob
  readonly #progress: Progress
  readonly #signal: AbortSignal
  readonly #key: KeyPlan | null
  readonly #stage: FileStage
  readonly #bad: Quarantine
  /** Whether it is only known at the end what becomes of the files. */
  readonly #isStaged: boolean
  #result: ImportResult | undefined
  #content: ReadResult | undefined
  #reading: Promise<unknown> = Promise.resolve()
  #linesBefore = 0

  constructor(place: LoadPlace, setting: ImportSetting, job: ClaimedJob, progress: Progress, signal: AbortSignal) {
    const { upload, opening, current, key, folder, keyId } = place
    this.#place = place
    this.#setting = setting
    this.#job = job
    this.#progress = progress
    this.#signal = signal
    this.#key = key
    this.#stage = new FileStage(join(folder, 'stage'), { ...setting, table: upload.table, keyId })
    this.#bad = new Quarantine(folder, opening.fileName, new Date())
    const mayChange = upload.mode !== 'replace' && current !== undefined && opening.allowSchemaChange === true
    this.#isStaged = this.#key !== null || mayChange
  }

  /** Length and hash of the ciphertext. @throws `upload.content_forged` when it was not read to its end */
  get content(): ReadResult {
    if (!this.#content) throw contentForged()
    return this.#content
  }

  /** Reads the whole file into data files. @throws `import.`, `upload.` and `engine.` codes */
  async read(): Promise<void> {
    const { opening, engine, report, folder } = this.#place
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const first = await this.#openSource()
    let waiting: Source | undefined = first
    const openParts = async function* (this: FileLoad): AsyncGenerator<ImportPart> {
      const source = waiting ?? (await this.#openSource())
      waiting = undefined
      yield* this.#readParts(source)
    }.bind(this)
    try {
      const request = { openParts, csv: first.opened.csv, linesBefore: () => this.#linesBefore }
      this.#result = await engine.import({ ...request, ...this.#describeTarget(opening) }, this.#signal)
      await this.#reading
      report.noteImport(this.#result)
    } finally {
      first.stop.abort()
    }
  }

  /** Settles the files with the table, after the closing statement was found to be true. */
  async finish(
    { mode }: UploadClosing,
    current: TableState | undefined,
    before: TableState | undefined,
  ): Promise<{ loaded: Loaded; quarantined: Quarantined | undefined }> {
    const { opening, report } = this.#place
    const result = this.#result as ImportResult
    const columns = planColumns(mode, result.schema, current)
    const changes = compareColumns(current?.manifest.columns ?? [], columns)
    if (current !== undefined) report.noteChanges(changes)
    checkKeyColumns(this.#key, columns)
    // Whoever committed meanwhile may have changed what this load was read by.
    if (this.#isStaged && current?.digest !== before?.digest) throw overtaken()
    assertLoad({ columns, rows: result.rows }, mode, current, opening)
    const isWhole = await this.#settle({ mode, columns, current, isChanged: changes.length > 0 })
    const files = this.#stage.sealed
    const rows = files.reduce((sum, file) => sum + file.rows, 0)
    const primaryKey = this.#key?.columns ?? null
    return { loaded: { columns, files, rows, primaryKey, isWhole }, quarantined: await this.#settleBadRows() }
  }

  /** Forgets plaintext. */
  async end(): Promise<void> {
    await this.#reading.catch(() => {})
    await rm(this.#place.folder, { recursive: true, force: true })
  }

  #describeTarget(opening: ImportOpening): Omit<ImportRequest, 'openParts' | 'csv' | 'linesBefore'> {
    const { current, upload } = this.#place
    const mayChange = opening.allowSchemaChange === true
    const isOpen = opening.schema !== undefined || current === undefined || (upload.mode === 'replace' && mayChange)
    return {
      format: chooseEngineFormat(opening),
      hints: chooseHints(opening) ?? {},
      ...(opening.schema && { schema: opening.schema }),
      ...(!isOpen && { table: { columns: current.manifest.columns, mayChange } }),
      required: this.#key?.columns ?? [],
      ...(opening.badRows === 'quarantine' && {
        quarantine: {
          isTooMany: (bad, good) => isTooMany(opening, bad, good),
          onBadRows: (rows) => this.#bad.add(rows),
        },
      }),
      limits: this.#setting.limits,
      onDataFile: (file) => this.#takeFile(file),
      onRestart: () => this.#restart(),
    }
  }

  async #takeFile(file: ImportedFile): Promise<void> {
    this.#progress.rows += file.rows
    await (this.#isStaged ? this.#stage.keep(file) : this.#stage.seal(file))
  }

  async #restart(): Promise<void> {
    this.#progress.rows = 0
    await this.#stage.clear()
    await this.#bad.clear()
  }

  async #openSource(): Promise<Source> {
    const { upload, opening, report } = this.#place
    const stop = new AbortController()
    const plaintext = readUpload(upload, this.#readSetting(), AbortSignal.any([stop.signal, this.#signal]))
    const opened = await openSource(plaintext, opening)
    this.#linesBefore = opened.linesBefore
    report.useFacts(opened.facts)
    return { opened, stop }
  }

  async *#readParts({ opened, stop }: Source): AsyncGenerator<ImportPart> {
    await this.#reading.catch(() => {})
    const { opening, folder } = this.#place
    const queue = new PartQueue<ImportPart>(partsWaiting)
    const setting = { folder, cutter: createCutter(opening), partBytes: this.#setting.partBytes }
    this.#reading = writeParts(opened.stream, queue, setting).then((read) => (this.#content = read))
    this.#reading.catch(() => {})
    try {
      if (opening.format === 'xlsx') yield* this.#readSheets(queue)
      else yield* queue
    } finally {
      queue.end()
      stop.abort()
    }
  }

  /** A workbook is one part, and each of them parts of CSV. */
  async *#readSheets(queue: AsyncIterable<ImportPart>): AsyncGenerator<ImportPart> {
    const { opening, folder, report } = this.#place
    const { sheet = null, skipLines = 0, header = true, headerRows = 1 } = opening
    const { limits, partBytes, readSheet } = this.#setting
    for await (const { path } of queue) {
      const layout = { sheet, skipRows: skipLines, headerRows: header ? headerRows : 0, partBytes }
      const read = await readSheet({ ...layout, path, folder, limits }, this.#signal)
      report.noteSheet(read)
      yield* read.parts
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
        this.#progress.bytes = bytes
      },
    }
  }

  /** Seals what was kept, with the table's own rows where they have to be written anew; whether they were. */
  async #settle(plan: {
    readonly mode: UploadClosing['mode']
    readonly columns: readonly Column[]
    readonly current: TableState | undefined
    readonly isChanged: boolean
  }): Promise<boolean> {
    const { engine, report } = this.#place
    const found = (this.#result as ImportResult).columns
    const isReplaced = plan.mode === 'replace'
    const isAlike = compareColumns(plan.columns, found).length === 0
    if (!this.#isStaged) return isReplaced
    if (this.#key === null && !plan.isChanged && isAlike) {
      await this.#stage.sealKept()
      return isReplaced
    }
    this.#progress.phase = 'writing'
    const base = isReplaced ? undefined : plan.current
    const setting = { engine, plain: this.#setting.plain, stage: this.#stage, limits: this.#setting.limits }
    const rewrite = { found, columns: plan.columns, key: this.#key, base }
    const { replaced, repeated } = await rewriteTable(rewrite, setting, this.#signal)
    if (this.#key !== null) report.noteUpsert(replaced, repeated)
    return true
  }

  async #settleBadRows(): Promise<Quarantined | undefined> {
    if (this.#bad.rows === 0) return undefined
    const { control, catalogue, keyring, limits } = this.#setting
    const { id: job, attempt } = this.#job
    const place = await control('jobs.quarantine', { job, attempt })
    const current = catalogue.byId(place.table)
    assertQuarantine(current)
    const keyId = current?.manifest.files.at(-1)?.keyId ?? (await keyring.makeTableKey())
    const stage = new FileStage(this.#place.folder, { ...this.#setting, table: place.table, keyId })
    await this.#bad.load(this.#place.engine, stage, limits, this.#signal)
    const columns = quarantineColumns
    return { place: { ...place, columns }, current, files: stage.sealed, rows: this.#bad.rows }
  }
}

function overtaken(): DataError {
  return new DataError(
    'commit.conflict',
    'The table was changed while the file was read.',
    'The import is tried again by itself.',
  )
}
