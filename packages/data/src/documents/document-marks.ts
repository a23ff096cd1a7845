/**
 * What this data plane knows of each document, outside the control plane's reach: version and digest of its sealed head,
 * and writes whose outcome was never heard. A write is noted before it is sent; only what is noted here is believed.
 */
import { join } from 'node:path'
import { appendDurable, readLines, writeDurable } from '../platform/durable-file.ts'

/** base64url SHA-256 of the sealed head. */
export type DocumentState = { readonly version: number; readonly digest: string }

/** One line of the file: a write that is about to be sent (null: a deletion; `at` in ms), or the state that is so. */
type Line = { id: string } & ({ intent: DocumentState | null; at: number } | { state: DocumentState | null })

export type DocumentMark = {
  /** Undefined when it is not there, as far as is known. */
  readonly state: DocumentState | undefined
  /** Writes of unknown outcome; null is a deletion. */
  readonly open: readonly OpenWrite[]
}
type OpenWrite = { readonly intent: DocumentState | null; readonly at: number }

const none: DocumentMark = { state: undefined, open: [] }

export class DocumentMarks {
  readonly #path: string
  readonly #marks = new Map<string, DocumentMark>()

  constructor(folder: string) {
    this.#path = join(folder, 'documents.ndjson')
    const lines = readLines(this.#path)
    for (const line of lines) this.#apply(JSON.parse(line) as Line)
    if (lines.length > 100 + 2 * this.#marks.size) this.#compact()
  }

  of(id: string): DocumentMark {
    return this.#marks.get(id) ?? none
  }

  /** Ids of documents that are there or may be. */
  ids(): string[] {
    return [...this.#marks.keys()]
  }

  /** Documents that are there or may be. */
  get size(): number {
    return this.#marks.size
  }

  /** Notes a write before it is sent. Durable when it returns. */
  intend(id: string, intent: DocumentState | null, at: number): void {
    this.#write({ id, intent, at })
  }

  /** The state is so: writes of unknown outcome have come to nothing. Durable when it returns. */
  confirm(id: string, state: DocumentState | null): void {
    this.#write({ id, state })
  }

  #write(line: Line): void {
    appendDurable(this.#path, JSON.stringify(line))
    this.#apply(line)
  }

  #apply(line: Line): void {
    if ('intent' in line) {
      const { state, open } = this.of(line.id)
      this.#marks.set(line.id, { state, open: [...open, { intent: line.intent, at: line.at }] })
    } else if (line.state === null) this.#marks.delete(line.id)
    else this.#marks.set(line.id, { state: line.state, open: [] })
  }

  #compact(): void {
    const lines = [...this.#marks].flatMap(([id, { state, open }]): Line[] => [
      ...(state ? [{ id, state }] : []),
      ...open.map((one) => ({ id, ...one })),
    ])
    writeDurable(this.#path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
}
