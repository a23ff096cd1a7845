/** The control plane's documents for tests: in memory, with what a dishonest or dying one can do. */
import type { ControlMethods, StoredDocument } from '@keyhold/contract'
import { DataError } from '../errors.ts'
import type { Handlers } from '../rpc/peer.ts'

type DocumentMethods = Pick<ControlMethods, 'documents.put' | 'documents.delete' | 'documents.read' | 'documents.list'>
type Put = ControlMethods['documents.put']['params']

export class TestDocuments {
  readonly kept = new Map<string, StoredDocument>()
  /** Everything that was ever put. */
  readonly puts: Put[] = []
  /** Set by tests: runs before a change is made, and may refuse it. */
  beforeChange: (() => void) | undefined
  /** Set by tests: runs once a change is kept and before it is answered. */
  afterChange: (() => void) | undefined
  reads = 0

  handlers(): Handlers<DocumentMethods> {
    return {
      'documents.put': async (params) => ({ result: this.#put(params) }),
      'documents.delete': async ({ document, expected }) => {
        const version = this.kept.get(document)?.version ?? null
        if (version !== expected) return { result: { deleted: false, version } }
        this.beforeChange?.()
        this.kept.delete(document)
        this.afterChange?.()
        return { result: { deleted: true, version: null } }
      },
      'documents.read': async ({ documents, bodies }) => {
        this.reads++
        if (documents.length > 500) throw new DataError('link.invalid_parameters', 'too many', '')
        const found = documents.flatMap((id) => this.kept.get(id) ?? [])
        return { result: { documents: found.map((one) => (bodies ? one : { ...one, body: null })) } }
      },
      'documents.list': async ({ after }) => {
        const ids = [...this.kept.keys()].sort().filter((id) => after === null || id > after)
        return { result: { documents: ids.slice(0, 500).flatMap((id) => this.kept.get(id) ?? []) } }
      },
    }
  }

  /** Gives a document as it was put at some time. */
  serve({ document, version, head, body }: Put): void {
    this.kept.set(document, { document, version, head, body })
  }

  #put(params: Put): ControlMethods['documents.put']['result'] {
    const version = this.kept.get(params.document)?.version ?? null
    if (version !== params.expected) return { stored: false, version }
    this.beforeChange?.()
    this.puts.push(params)
    this.serve(params)
    this.afterChange?.()
    return { stored: true, version: params.version }
  }
}
