/** A workbook's ZIP archive: its XML parts by name, each as a stream with a bound. */
import type { Readable } from 'node:stream'
import type { Entry, ZipFile } from 'yauzl'
import { Failure } from '../process/duck-error.ts'

type Yauzl = typeof import('yauzl')

const mostEntries = 20_000
/** The beginning of an OLE file: an old .xls, or a workbook with a password. */
const oleMark = 'd0cf11e0'

export class Archive {
  readonly #zip: ZipFile
  readonly #entries: ReadonlyMap<string, Entry>
  #left: number

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>, mostBytes: number) {
    this.#zip = zip
    this.#entries = entries
    this.#left = mostBytes
  }

  /** `mostBytes` bounds what is unpacked in all. @throws Failure `import.sheet_locked`, `import.bad_sheet`, `import.sheet_too_large` */
  static async open(yauzl: Yauzl, path: string, head: Buffer, mostBytes: number): Promise<Archive> {
    if (head.toString('hex', 0, 4) === oleMark) throw new Failure({ code: 'import.sheet_locked' })
    const zip = await openZip(yauzl, path)
    const entries = new Map<string, Entry>()
    await new Promise<void>((resolve, reject) => {
      zip.on('error', () => reject(new Failure({ code: 'import.bad_sheet' })))
      zip.on('end', resolve)
      zip.on('entry', (entry: Entry) => {
        // Office writes slashes; some programs write backslashes, which yauzl turns around. Names are keys, never paths.
        entries.set(entry.fileName.toLowerCase(), entry)
        if (entries.size > mostEntries) reject(new Failure({ code: 'import.sheet_too_large' }))
        else zip.readEntry()
      })
      zip.readEntry()
    })
    return new Archive(zip, entries, mostBytes)
  }

  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase())
  }

  /** The part's bytes; none when it is not there. @throws Failure `import.bad_sheet`, `import.sheet_too_large` */
  async *read(name: string, mostBytes = Infinity): AsyncGenerator<Buffer> {
    const entry = this.#entries.get(name.toLowerCase())
    if (entry === undefined) return
    let length = 0
    try {
      for await (const chunk of await openEntry(this.#zip, entry)) {
        const bytes = chunk as Buffer
        length += bytes.length
        this.#left -= bytes.length
        if (length > mostBytes || this.#left < 0) throw new Failure({ code: 'import.sheet_too_large' })
        yield bytes
      }
    } catch (error) {
      throw error instanceof Failure ? error : new Failure({ code: 'import.bad_sheet' })
    }
  }

  close(): void {
    this.#zip.close()
  }
}

function openZip(yauzl: Yauzl, path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => {
      if (error === null) resolve(zip)
      else reject(new Failure({ code: 'import.bad_sheet' }))
    })
  })
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error === null) resolve(stream)
      else reject(new Failure({ code: 'import.bad_sheet' }))
    })
  })
}
