/**
 * The project's documents. The control plane keeps them and is not believed: what it gives must have the version and
 * digest that this data plane noted when it wrote them, so that it can neither roll back, swap, hide nor bring back one.
 */
import type { Document, DocumentHead, DocumentSave, StoredDocument } from '@keyhold/contract'
import { documentBodyLimit, mostDocuments } from '@keyhold/contract'
import { encodeCanonical } from '@keyhold/sealed'
import { DataError } from '../errors.ts'
import { digest } from '../formats/statements.ts'
import type { CallControl } from '../jobs/import-job.ts'
import type { DocumentMarks, DocumentState } from './document-marks.ts'
import { documentForged, openBody, openHead, sealDocument, type DocumentPlace } from './sealed-document.ts'

export type DocumentsSetting = DocumentPlace & {
  readonly marks: DocumentMarks
  readonly control: CallControl
  readonly now: () => Date
}

type Held = { readonly digest: string; readonly head: DocumentHead }

const pageSize = 500
/** A write whose answer was lost comes to the control plane within this time, or never. */
const longestOnTheWay = 300_000

export class Documents {
  readonly #setting: DocumentsSetting
  /** Opened heads; dropped when the project's keys are. */
  readonly #heads = new Map<string, Held>()
  /** The last of the calls that wait for each other, by document. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(setting: DocumentsSetting) {
    this.#setting = setting
  }

  /** Drops what was opened. */
  forget(): void {
    this.#heads.clear()
  }

  /** @throws `document.conflict`, `document.too_large`, `document.too_many`, `document.rolled_back` */
  save(save: DocumentSave, person: string): Promise<DocumentHead> {
    return this.#inTurn(save.id, () => this.#save(save, person))
  }

  /** @throws `document.unknown`, `document.forged`, `document.rolled_back` */
  read(id: string): Promise<Document> {
    return this.#inTurn(id, async () => {
      const state = await this.#settle(id)
      if (!state) throw unknownDocument()
      const stored = await this.#fetchOne(id, true)
      if (!stored || !isOf(stored, state)) throw rolledBack()
      const { head, body } = await openHead(this.#setting, id, state.version, decode(stored.head))
      if (stored.body === null) throw documentForged()
      return { ...head, body: await openBody(this.#setting, head, body, decode(stored.body)) }
    })
  }

  /** @throws `document.conflict`, `document.unknown`, `document.rolled_back` */
  delete(id: string, expectedVersion: number, person: string): Promise<void> {
    return this.#inTurn(id, async () => {
      const { marks, control, project, now } = this.#setting
      const state = await this.#settle(id)
      if (!state) throw unknownDocument()
      if (state.version !== expectedVersion) throw conflict(state.version)
      marks.intend(id, null, now().getTime())
      const { deleted } = await control('documents.delete', {
        project,
        document: id,
        expected: state.version,
        by: person,
      })
      if (!deleted) throw await this.#explain(id)
      marks.confirm(id, null)
      this.#heads.delete(id)
    })
  }

  /** Heads of one kind or of all, last updated first. @throws `document.forged`, `document.rolled_back` */
  async list(kind: string | undefined): Promise<DocumentHead[]> {
    const { marks } = this.#setting
    await Promise.all(
      marks.ids().flatMap((id) => (marks.of(id).open.length > 0 ? [this.#inTurn(id, () => this.#settle(id))] : [])),
    )
    for (let missing = this.#listMissing(); missing.length > 0; missing = this.#listMissing()) {
      await this.#fetchHeads(missing.slice(0, pageSize))
    }
    const heads = marks.ids().flatMap((id) => this.#heads.get(id)?.head ?? [])
    return heads
      .filter((head) => kind === undefined || head.kind === kind)
      .sort((a, b) => (a.updated < b.updated ? 1 : a.updated > b.updated ? -1 : a.id < b.id ? 1 : -1))
  }

  /** After a restore: documents are taken as the control plane gives them, as far as they open under this project's key. */
  async adopt(): Promise<void> {
    const { marks, control, project } = this.#setting
    for (let after: string | null = null; ;) {
      const page: { documents: StoredDocument[] } = await control('documents.list', { project, after })
      for (const { document, version, head } of page.documents) {
        await openHead(this.#setting, document, version, decode(head))
        if (!marks.of(document).state) marks.confirm(document, { version, digest: digest(decode(head)) })
      }
      after = page.documents.at(-1)?.document ?? null
      if (after === null) return
    }
  }

  async #save({ id, expectedVersion, kind, title, body }: DocumentSave, person: string): Promise<DocumentHead> {
    const { marks, control, project, now } = this.#setting
    const content = encodeBody(body)
    const state = await this.#settle(id)
    if ((state?.version ?? null) !== expectedVersion) throw conflict(state?.version ?? null)
    if (!state && marks.size >= mostDocuments) throw tooMany()
    const before = state && (await this.#readHead(id, state))
    const updated = now().toISOString()
    const { created, createdBy } = before ?? { created: updated, createdBy: person }
    const version = (state?.version ?? 0) + 1
    const head: DocumentHead = { id, version, kind, title, created, createdBy, updated, updatedBy: person }
    const sealed = await sealDocument(this.#setting, head, content)
    const next = { version, digest: sealed.digest }
    marks.intend(id, next, now().getTime())
    const { stored } = await control('documents.put', {
      project,
      document: id,
      expected: state?.version ?? null,
      version,
      head: sealed.head.toString('base64url'),
      body: sealed.body.toString('base64url'),
      by: person,
    })
    if (!stored) throw await this.#explain(id)
    marks.confirm(id, next)
    this.#heads.set(id, { digest: next.digest, head })
    return head
  }

  /** What a write met that was not taken: an earlier one of ours whose answer was lost, or a control plane gone back. */
  async #explain(id: string): Promise<DataError> {
    return conflict((await this.#settle(id))?.version ?? null)
  }

  /** The document's state, after the outcome of earlier writes is known. @throws `document.rolled_back` */
  async #settle(id: string): Promise<DocumentState | undefined> {
    const { marks, now } = this.#setting
    const { state, open } = marks.of(id)
    if (open.length === 0) return state
    const stored = await this.#fetchOne(id, false)
    if (stored ? state && isOf(stored, state) : !state) {
      const late = now().getTime() - longestOnTheWay
      if (open.every(({ at }) => at < late)) marks.confirm(id, state ?? null)
      return state
    }
    const found = open.find(({ intent }) => (stored ? intent !== null && isOf(stored, intent) : intent === null))
    if (found === undefined) throw rolledBack()
    marks.confirm(id, found.intent)
    return found.intent ?? undefined
  }

  async #readHead(id: string, state: DocumentState): Promise<DocumentHead> {
    const held = this.#heads.get(id)
    if (held?.digest === state.digest) return held.head
    await this.#fetchHeads([id])
    const fetched = this.#heads.get(id)
    if (fetched?.digest !== state.digest) throw rolledBack()
    return fetched.head
  }

  #listMissing(): string[] {
    const { marks } = this.#setting
    return marks.ids().filter((id) => {
      const { state } = marks.of(id)
      return state && this.#heads.get(id)?.digest !== state.digest
    })
  }

  /** A document that is written to meanwhile is looked at again by the caller. @throws `document.rolled_back` */
  async #fetchHeads(ids: readonly string[]): Promise<void> {
    const { marks, control, project } = this.#setting
    const before = new Map(ids.map((id) => [id, marks.of(id)]))
    const { documents } = await control('documents.read', { project, documents: [...ids], bodies: false })
    const given = new Map(documents.map((stored) => [stored.document, stored]))
    for (const [id, mark] of before) {
      const stored = given.get(id)
      const { state } = marks.of(id)
      if (stored && state && isOf(stored, state)) await this.#keep(id, state, stored)
      else if (marks.of(id) === mark) throw rolledBack()
    }
  }

  async #keep(id: string, state: DocumentState, stored: StoredDocument): Promise<void> {
    const { head } = await openHead(this.#setting, id, state.version, decode(stored.head))
    this.#heads.set(id, { digest: state.digest, head })
  }

  async #fetchOne(id: string, bodies: boolean): Promise<StoredDocument | undefined> {
    const { control, project } = this.#setting
    const { documents } = await control('documents.read', { project, documents: [id], bodies })
    return documents.find((stored) => stored.document === id)
  }

  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(work)
    const settled = turn.catch(() => {}).finally(() => this.#turns.get(id) === settled && this.#turns.delete(id))
    this.#turns.set(id, settled)
    return turn
  }
}

function isOf({ version, head }: StoredDocument, state: DocumentState): boolean {
  return version === state.version && digest(decode(head)) === state.digest
}

/** @throws `document.too_large`, `document.malformed` */
function encodeBody(body: unknown): Uint8Array {
  let content: Uint8Array
  try {
    content = encodeCanonical(body)
  } catch (cause) {
    throw new DataError('document.malformed', 'The content is not JSON as documents take it.', 'Update the client.', {
      cause,
    })
  }
  if (content.length > documentBodyLimit) throw tooLarge()
  return content
}

function decode(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}

function conflict(version: number | null): DataError {
  return new DataError(
    'document.conflict',
    'The document was changed by someone else.',
    'Read it again, then save your change to the newest version.',
    { detail: JSON.stringify({ version }) },
  )
}

function unknownDocument(): DataError {
  return new DataError('document.unknown', 'There is no such document.', 'It may have been deleted: list them again.')
}

function tooLarge(): DataError {
  return new DataError('document.too_large', 'The document’s content is above 256 KiB.', 'Divide it into several.')
}

function tooMany(): DataError {
  return new DataError(
    'document.too_many',
    'The project has 10,000 documents, which is as many as it may have.',
    'Delete some, or use another project.',
  )
}

function rolledBack(): DataError {
  return new DataError(
    'document.rolled_back',
    'The control plane gave a document in an older or different state than this data plane has seen.',
    'Restore the newest state of the control plane’s database.',
  )
}
