/**
 * The project's tables as their signed manifests say. The control plane only delivers them: names, files and order are
 * believed on the data plane's own signature, and an older manifest than the mark is refused.
 */
import { createHash } from 'node:crypto'
import type { ControlMethods, Manifest, Signed } from '@keyhold/contract'
import { DataError } from '../errors.ts'
import { digestOf, verifyBody } from '../formats/statements.ts'
import type { Marks } from './marks.ts'

export type TableState = { readonly manifest: Manifest; readonly digest: string }

export type CatalogueOptions = {
  readonly organisation: string
  readonly project: string
  /** The data plane's identity key, which signs manifests. */
  readonly signer: Uint8Array
  readonly marks: Marks
  readonly read: () => Promise<ControlMethods['catalogue.read']['result']>
}

export class Catalogue {
  readonly #options: CatalogueOptions
  readonly #byName = new Map<string, TableState>()
  readonly #byId = new Map<string, TableState>()
  #version = -1
  #dataVersion = ''
  #reading: Promise<void> | undefined

  constructor(options: CatalogueOptions) {
    this.#options = options
  }

  /** Changes with every commit to any table. */
  get dataVersion(): string {
    return this.#dataVersion
  }

  /** Reads the catalogue again if `version` is newer than what is known. @throws `manifest.` codes */
  async refresh(version: number): Promise<void> {
    if (version <= this.#version) return
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    await this.#reading
  }

  named(bucket: string, table: string): TableState | undefined {
    const known = this.#byName.get(`${bucket}.${table}`)
    if (known || !this.#options.marks.named(bucket, table)) return known
    // What is missing now may be there the next time, under the same version.
    this.#version = -1
    throw withheld()
  }

  /** @throws `table.deleted` */
  byId(tableId: string): TableState | undefined {
    const known = this.#byId.get(tableId)
    if (known?.manifest.deleted) throw tableDeleted()
    return known
  }

  tables(): TableState[] {
    return [...this.#byName.values()]
  }

  /** Takes over a manifest that was just committed. */
  async adopt(signed: Signed, tableId: string, version: number): Promise<void> {
    await this.#admit(signed, tableId)
    this.#version = Math.max(this.#version, version)
    this.#renewDataVersion()
  }

  async #read(): Promise<void> {
    const { version, tables } = await this.#options.read()
    for (const { table, manifest } of tables) await this.#admit(manifest, table)
    this.#version = Math.max(this.#version, version)
    this.#renewDataVersion()
  }

  async #admit(signed: Signed, tableId: string): Promise<void> {
    const digest = digestOf(signed)
    if (this.#byId.get(tableId)?.digest === digest) return
    const { organisation, project, signer, marks } = this.#options
    const manifest = await verifyBody('manifest', signer, signed)
    const { bucket, table } = manifest
    if (manifest.organisation !== organisation || manifest.project !== project || manifest.tableId !== tableId)
      throw forged()
    checkHistory(manifest, digest, marks)
    const { sequence, deleted } = manifest
    marks.raise({ tableId, bucket, table, sequence, digest, ...(deleted && { deleted }) })
    this.#keep({ manifest, digest })
  }

  #keep(state: TableState): void {
    const { bucket, table, tableId, deleted } = state.manifest
    const name = `${bucket}.${table}`
    this.#byId.set(tableId, state)
    if (!deleted) this.#byName.set(name, state)
    else if (this.#byName.get(name)?.manifest.tableId === tableId) this.#byName.delete(name)
  }

  #renewDataVersion(): void {
    const digests = [...this.#byId.values()].map((state) => state.digest).sort()
    this.#dataVersion = createHash('sha256').update(digests.join()).digest('base64url')
  }
}

/** The mark itself, or its direct successor: a crash may fall between a commit and its mark, never between two commits. */
function checkHistory(manifest: Manifest, digest: string, marks: Marks): void {
  const owner = marks.named(manifest.bucket, manifest.table)
  // A deleted table's name may be another's by now.
  if (!manifest.deleted && owner && owner.tableId !== manifest.tableId) throw rolledBack()
  const mark = marks.of(manifest.tableId)
  if (!mark && marks.adopting) return
  const same = mark?.sequence === manifest.sequence && mark.digest === digest
  const next = manifest.sequence === (mark?.sequence ?? 0) + 1 && manifest.previous === (mark?.digest ?? null)
  if (!same && !next) throw rolledBack()
}

function tableDeleted(): DataError {
  return new DataError('table.deleted', 'The table was deleted.', 'Load the file into another table.')
}

function forged(): DataError {
  return new DataError(
    'manifest.forged',
    'A table’s manifest is not this data plane’s own.',
    'Restore the control plane’s catalogue.',
  )
}

function rolledBack(): DataError {
  return new DataError(
    'manifest.rolled_back',
    'The control plane gave a table in an older or different state than this data plane has seen.',
    'Restore the newest state of the table in the control plane.',
  )
}

function withheld(): DataError {
  return new DataError(
    'manifest.rolled_back',
    'The control plane does not give a table that this data plane has seen.',
    'Restore the newest state of the table in the control plane.',
  )
}
