/** Engines with the decrypted files that each may read: linked in for one identity, let go when its engine ends. */
import { existsSync } from 'node:fs'
import type { Manifest } from '@keyhold/contract'
import type { Engine, EnginePool, Lease } from '../engine/index.ts'
import type { PlainFiles } from './plain-files.ts'

type DataFile = Manifest['files'][number]
type Linked = { readonly engine: Engine; readonly names: Map<string, Promise<string>> }

const sweepMs = 2_000

export class Engines {
  readonly #pool: EnginePool
  readonly #plain: PlainFiles
  /** What is linked into an engine, by engine id. */
  readonly #linked = new Map<string, Linked>()
  #sweeper: NodeJS.Timeout | undefined

  constructor(pool: EnginePool, plain: PlainFiles) {
    this.#pool = pool
    this.#plain = plain
  }

  /** Whether any engine holds decrypted files. */
  get busy(): boolean {
    return this.#linked.size > 0
  }

  acquire(identity: string): Promise<Lease> {
    return this.#pool.acquire(identity)
  }

  /** Links a table's files; answers their names in the engine's folder and how many had to be linked. */
  async link(engine: Engine, table: string, files: readonly DataFile[]): Promise<{ names: string[]; opened: number }> {
    const linked = this.#linked.get(engine.id) ?? { engine, names: new Map<string, Promise<string>>() }
    this.#linked.set(engine.id, linked)
    this.#sweeper ??= setInterval(() => this.#sweep(), sweepMs).unref()
    const fresh = files.filter((file) => !linked.names.has(file.object))
    for (const file of fresh) linked.names.set(file.object, this.#linkOne(linked, table, file))
    const names = await Promise.all(files.flatMap((file) => linked.names.get(file.object) ?? []))
    return { names, opened: fresh.length }
  }

  /** Ends one asker's engine and deletes what only it could see; answers when an empty spare waits again. */
  async forget(identity: string): Promise<void> {
    await this.#pool.endIdentity(identity)
    this.#sweep()
    await this.#pool.ready()
  }

  /** Ends every engine that has served anyone; its files go with it. */
  async endAll(): Promise<void> {
    await this.#pool.endAll()
    this.#sweep()
  }

  async close(): Promise<void> {
    await this.#pool.close()
    this.#sweep()
  }

  /** An engine that has ended took its folder with it. */
  #sweep(): void {
    for (const [id, { engine, names }] of this.#linked) {
      if (existsSync(engine.folders.data)) continue
      this.#linked.delete(id)
      for (const object of names.keys()) this.#plain.release(object)
    }
    if (this.busy) return
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }

  async #linkOne({ engine, names }: Linked, table: string, file: DataFile): Promise<string> {
    const name = `${file.object}.parquet`
    let held = false
    try {
      const path = await this.#plain.hold(table, file)
      held = true
      await engine.linkFile(path, name)
      return name
    } catch (error) {
      names.delete(file.object)
      if (held) this.#plain.release(file.object)
      throw error
    }
  }
}
