/** Reads a workbook in a process behind the walls of an engine, which lives for this one file and sees nothing else. */
import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import type { Limits, TableColumn } from './engine.ts'
import { checkFileName, makeEngineFolders, takeFile } from './engine-folders.ts'
import { EngineProcess } from './engine-process.ts'
import { programEntries } from './engine-program.ts'
import { EngineError, makeEngineError } from './errors.ts'
import type { ImportPart } from './import-types.ts'
import { readerProgram, type Sandbox } from './sandbox.ts'
import type { SheetMessage, SheetRead } from './sheet/messages.ts'

export type SheetRequest = Omit<SheetMessage, 'op' | 'file' | 'mostBytes'> & {
  /** The workbook, on the work folder's file system; it is moved away and deleted. */
  readonly path: string
  /** Where the parts go. */
  readonly folder: string
  readonly limits: Limits
}

export type SheetResult = Omit<SheetRead, 'parts'> & { readonly parts: readonly ImportPart[] }

/** Of memory beside the heap of JavaScript, which the process bounds itself. */
const memoryBytes = 640 << 20
/** What a workbook may unpack to, for each byte of the limit of a result. */
const unpackedShare = 4

export class SheetReader {
  readonly #sandbox: Sandbox
  readonly #programFolder: string
  readonly #workFolder: string

  constructor(sandbox: Sandbox, programFolder: string, workFolder: string) {
    this.#sandbox = sandbox
    this.#programFolder = programFolder
    this.#workFolder = workFolder
  }

  async read(request: SheetRequest, signal: AbortSignal): Promise<SheetResult> {
    const root = `${this.#workFolder}/readers/${randomBytes(9).toString('hex')}`
    const folders = await makeEngineFolders(root)
    const { path, folder, limits, sheet, skipRows, headerRows, partBytes } = request
    let process: EngineProcess | undefined
    try {
      await rename(path, `${folders.data}/workbook`)
      process = await this.#start(folders)
      const message = { op: 'sheet' as const, file: 'workbook', sheet, skipRows, headerRows, partBytes }
      const bounds = { memoryBytes, timeMs: limits.timeMs }
      const mostBytes = unpackedShare * limits.resultBytes
      const { parts, ...read } = await process.request({ ...message, mostBytes }, bounds, signal)
      const taken: ImportPart[] = []
      for (const { name, rows } of parts) {
        const to = `${folder}/${checkFileName(name)}`
        await takeFile(`${folders.scratch}/${name}`, to)
        taken.push({ path: to, rows, columns: checkColumns(read.columns) })
      }
      return { ...read, parts: taken }
    } catch (error) {
      throw asSheetError(error)
    } finally {
      await process?.end()
      await rm(root, { recursive: true, force: true })
    }
  }

  #start(folders: { data: string; scratch: string }): Promise<EngineProcess> {
    return EngineProcess.start(
      this.#sandbox.start({
        programFolder: this.#programFolder,
        entry: programEntries.reader,
        ...readerProgram,
        binds: [
          { path: folders.data, seenAs: '/data' },
          { path: folders.scratch, seenAs: '/scratch', writable: true },
        ],
        argument: (see, modules) => JSON.stringify({ modules, data: see(folders.data), scratch: see(folders.scratch) }),
      }),
    )
  }
}

/** The process is not believed in what becomes SQL. */
function checkColumns(columns: readonly TableColumn[]): readonly TableColumn[] {
  const types = ['BIGINT', 'DOUBLE', 'BOOLEAN', 'DATE', 'TIMESTAMP', 'TIME', 'VARCHAR']
  if (columns.every(({ name, type }) => typeof name === 'string' && types.includes(type))) return columns
  throw makeEngineError('engine.crashed')
}

/** A reader that dies of a file, dies of the file. */
function asSheetError(error: unknown): unknown {
  if (!(error instanceof EngineError)) return error
  if (error.code === 'query.cancelled') return makeEngineError('import.cancelled')
  return error.code === 'engine.memory' || error.code === 'engine.crashed'
    ? makeEngineError('import.sheet_too_large')
    : error
}
