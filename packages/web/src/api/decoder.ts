/** Hands sealed results to the decoding worker, and its answers back. */
import { collectBytes, type AnswerOpener, type ResultTable } from '@keyhold/client'
import type { ResponseMeta } from '@keyhold/contract'
import { parseSealedHead, SealedError, type ContextExpectation } from '@keyhold/sealed'
import type { FileKeys } from '@keyhold/sealed/open'
import { reviveFailure, type DecodeAnswer, type DecodeRequest } from './decode-messages.ts'

type DecodedAnswer = { readonly meta: ResponseMeta; readonly table: ResultTable; close(): Promise<void> }

let worker: Worker | undefined
let counter = 0
const waiting = new Map<number, { resolve(answer: DecodeAnswer): void; reject(error: unknown): void }>()

function startWorker(): Worker {
  const started = new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module', name: 'decode' })
  started.addEventListener('message', ({ data }: MessageEvent<DecodeAnswer>) => {
    waiting.get(data.id)?.resolve(data)
    waiting.delete(data.id)
  })
  started.addEventListener('error', () => {
    for (const work of waiting.values()) work.reject(new Error('The decoding worker ended'))
    waiting.clear()
    worker = undefined
  })
  return started
}

/** An opener whose answer is the decoded table. The file key crosses to the worker, the conversation's secrets do not. */
export function decodeResult(signal: AbortSignal | undefined): AnswerOpener<DecodedAnswer> {
  return async (body, keys, expected) => {
    const sealed = await collectBytes(body)
    const fileKey = await deriveFileKey(sealed, keys)
    const answer = await decode({ sealed, fileKey, expected }, signal)
    if ('failure' in answer) throw reviveFailure(answer.failure)
    return { meta: answer.meta, table: answer.table, close: () => Promise.resolve() }
  }
}

type Work = { sealed: Uint8Array; fileKey: Uint8Array; expected: ContextExpectation }

function decode(work: Work, signal: AbortSignal | undefined): Promise<DecodeAnswer> {
  worker ??= startWorker()
  const target = worker
  const id = counter++
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    signal?.addEventListener(
      'abort',
      () => {
        if (waiting.delete(id)) reject(signal.reason as Error)
      },
      { once: true },
    )
    target.postMessage({ id, ...work } satisfies DecodeRequest, [work.sealed.buffer as ArrayBuffer])
  })
}

async function deriveFileKey(sealed: Uint8Array, keys: FileKeys): Promise<Uint8Array> {
  const head = await parseSealedHead(sealed)
  const stanza = head.block.stanzas[0]
  const fileKey = stanza?.kind === 'exporter' ? await keys.messageKey?.(stanza, head.header) : undefined
  if (fileKey === undefined) {
    throw new SealedError('recipient.no_key', 'The answer is not one of this conversation')
  }
  return fileKey
}
