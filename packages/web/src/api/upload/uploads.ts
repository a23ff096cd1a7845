/** Uploads as a page asks for them; the work is the worker's. */
import type { Caller, FinishedUpload } from '@keyhold/client'
import { reviveFailure, type FromWorker, type ToWorker, type UploadOrder, type UploadProgress } from './messages.ts'

export type UploadListener = {
  readonly onProgress?: (progress: UploadProgress) => void
  readonly onNote?: (note: 'resumed' | 'started over') => void
}

type Waiting = UploadListener & {
  readonly resolve: (finished: FinishedUpload | null) => void
  readonly reject: (error: Error) => void
}

let worker: Worker | undefined
let counter = 0
const waiting = new Map<number, Waiting>()

function startWorker(): Worker {
  const started = new Worker(new URL('./upload.worker.ts', import.meta.url), { type: 'module', name: 'upload' })
  started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => hear(data))
  started.addEventListener('error', () => {
    for (const { reject } of waiting.values()) reject(new Error('The uploading worker ended'))
    waiting.clear()
    worker = undefined
  })
  return started
}

function hear(message: FromWorker): void {
  const listener = waiting.get(message.id)
  if (listener === undefined) return
  if ('progress' in message) return listener.onProgress?.(message.progress)
  if ('note' in message) return listener.onNote?.(message.note)
  waiting.delete(message.id)
  if ('failure' in message) listener.reject(reviveFailure(message.failure))
  else listener.resolve(message.finished)
}

/**
 * Seals and sends a file; resolves when the server has all of it and its closing statement. Rejects with ClientError,
 * ApiError, JobProblem, TypeError (no answer for two minutes) or an AbortError. What was sent is kept for a resume.
 */
export async function startUpload(
  caller: Caller,
  order: UploadOrder,
  listener: UploadListener,
  signal: AbortSignal,
): Promise<FinishedUpload> {
  signal.throwIfAborted()
  const id = counter++
  const stop = (): void => post({ id, do: 'stop' })
  signal.addEventListener('abort', stop, { once: true })
  try {
    const finished = await send({ id, do: 'upload', uploader: uploaderOf(caller), order }, listener)
    if (finished === null) throw new Error('The uploading worker gave no result')
    return finished
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Gives up an unfinished upload, at the server and here. */
export async function giveUpUpload(caller: Caller, order: UploadOrder): Promise<void> {
  await send({ id: counter++, do: 'forget', uploader: uploaderOf(caller), order }, {})
}

function uploaderOf({ organisation, anchor }: Caller) {
  return { organisation, anchor }
}

function send(message: ToWorker, listener: UploadListener): Promise<FinishedUpload | null> {
  const { promise, resolve, reject } = Promise.withResolvers<FinishedUpload | null>()
  waiting.set(message.id, { ...listener, resolve, reject })
  post(message)
  return promise
}

function post(message: ToWorker): void {
  worker ??= startWorker()
  worker.postMessage(message, [])
}
