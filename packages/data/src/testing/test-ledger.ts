/** A log in memory, as the control plane keeps one: real tree, proofs and signatures. */
import { generateKeyPairSync, randomUUIDv7, sign as signBytes, type KeyObject } from 'node:crypto'
import type { ControlMethods, LedgerListed } from '@keyhold/contract'
import {
  appendLeaves,
  emptyFrontier,
  entryLeafHash,
  formatVerifierKey,
  frontierRoot,
  makeVerifierKey,
  parseEntry,
  proveConsistency,
  proveInclusion,
  signCheckpoint,
  type LedgerEntry,
} from '@keyhold/ledger'

type Append = ControlMethods['ledger.append']
type Read = ControlMethods['ledger.read']

const urlSafe = { alphabet: 'base64url', omitPadding: true } as const

export class TestLedger {
  readonly entries: LedgerEntry[] = []
  /** The last entry as it was sent. */
  last: { entry: string; signature: string } | null = null
  readonly #pair = generateKeyPairSync('ed25519')
  readonly #key = makeVerifierKey(`test/${randomUUIDv7()}`, 'ed25519', rawPublicKey(this.#pair.publicKey))
  readonly #tiles = new Map<string, Uint8Array>()
  readonly #listed: LedgerListed[] = []
  readonly #indices = new Map<number, number>()
  #frontier = emptyFrontier
  /** Set by tests: changes a reply on its way. */
  tamper: ((result: Append['result']) => Append['result']) | undefined

  get verifierKey(): string {
    return formatVerifierKey(this.#key)
  }

  /** Actions of all entries with their codes. */
  get actions(): string[] {
    return this.entries.map(({ action, code }) => (code === null ? action : `${action} ${code}`))
  }

  async append({ entries, known }: Append['params']): Promise<Append['result']> {
    const indices = entries.map((entry) => this.#place(entry))
    const { size } = this.#frontier
    const proofs = []
    for (const index of indices) {
      const inclusion = await proveInclusion(this.#read, index, size)
      proofs.push({ index, inclusion: inclusion.map((hash) => hash.toBase64(urlSafe)) })
    }
    const consistency = (await proveConsistency(this.#read, known, size)).map((hash) => hash.toBase64(urlSafe))
    const result = { proofs, checkpoint: await this.#checkpoint(), consistency }
    return this.tamper?.(result) ?? result
  }

  /** Set by tests: changes what is read on its way. */
  tamperRead: ((page: Read['result']) => Read['result']) | undefined
  /** Keys of the data planes, and a mark of erasures, as the control plane tells them. */
  dataPlanes: string[] = []
  erasures = '0'

  async read({ from, below }: Read['params']): Promise<Read['result']> {
    const entries = this.#listed.slice(from, Math.min(from + 500, below ?? Number.POSITIVE_INFINITY))
    const page = { entries, checkpoint: await this.#checkpoint(), dataPlanes: this.dataPlanes, erasures: this.erasures }
    return this.tamperRead?.(page) ?? page
  }

  /** An entry that came before is answered by its first place. */
  #place({ salt, entry: text, signature }: Append['params']['entries'][number]): number {
    const entry = parseEntry(text)
    const sequence = entry.origin === 'control' ? 0 : entry.origin.sequence
    const known = this.#indices.get(sequence)
    if (known !== undefined) return known
    if (sequence !== this.entries.length + 1) throw new Error('the chain has a gap')
    this.last = { entry: text, signature }
    const { frontier, tiles } = appendLeaves(this.#frontier, entryLeafHash(Uint8Array.fromBase64(salt, urlSafe), text))
    for (const tile of tiles) this.#tiles.set(`${tile.level}/${tile.index}`, tile.hashes)
    this.#frontier = frontier
    this.#listed.push({ index: this.entries.length, salt, entry: text, disclosures: [], signature })
    this.#indices.set(sequence, this.entries.push(entry) - 1)
    return this.entries.length - 1
  }

  readonly #read = (level: number, index: number): Uint8Array => {
    const tile = this.#tiles.get(`${level}/${index}`)
    if (!tile) throw new Error('no such tile')
    return tile
  }

  #checkpoint(): Promise<string> {
    const { name } = this.#key
    const sign = (message: Uint8Array) => new Uint8Array(signBytes(null, message, this.#pair.privateKey))
    const head = { origin: name, size: this.#frontier.size, root: frontierRoot(this.#frontier) }
    return signCheckpoint(head, [{ key: this.#key, sign }])
  }
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')
}
