/** Seals and sends files beside the page's own thread. */
import {
  forgetUpload,
  uploadFile,
  type FinishedUpload,
  type ProjectCaller,
  type Source,
  type UploadPorts,
} from '@keyhold/client'
import { importDevicePair } from '@keyhold/sealed'
import { samples } from '@keyhold/samples'
import { api } from '../client.ts'
import { WebProblem } from '../problem.ts'
import { pins, readDevice } from '../store.ts'
import { sourceOfBlob } from './blob-source.ts'
import { journals } from './browser-journal.ts'
import { packFailure, type FromWorker, type ToWorker, type UploadOrder, type Uploader } from './messages.ts'
import { segmentHashing } from './segment-hashing.ts'
import { sendContent } from './send-content.ts'

const patienceMs = 120_000

const running = new Map<number, AbortController>()

const say = (message: FromWorker): void => postMessage(message)

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.do === 'stop') return running.get(data.id)?.abort()
  const stop = new AbortController()
  running.set(data.id, stop)
  const work = data.do === 'upload' ? upload(data, stop.signal) : forget(data)
  work
    .then(
      (finished) => say({ id: data.id, finished }),
      (error: unknown) => say({ id: data.id, failure: packFailure(error) }),
    )
    .finally(() => running.delete(data.id))
})

type Order = Extract<ToWorker, { do: 'upload' | 'forget' }>

async function upload({ id, uploader, order }: Order, signal: AbortSignal): Promise<FinishedUpload> {
  const caller = await openCaller(uploader, order.project)
  const fetching = (done: number, total: number): void => say({ id, progress: { phase: 'fetching', done, total } })
  const source = await openSource(order, fetching, signal)
  const report = {
    progress: (done: number, total: number): void => say({ id, progress: { phase: 'sending', done, total } }),
    resumed: (): void => say({ id, note: 'resumed' }),
    startedOver: (): void => say({ id, note: 'started over' }),
  }
  const { target, mode, primaryKey, settings } = order
  const request = { caller, source, target, mode, primaryKey, settings, restart: false, signal, report }
  return uploadFile(request, makePorts(signal))
}

async function forget({ uploader, order }: Order): Promise<null> {
  const caller = await openCaller(uploader, order.project)
  await forgetUpload({ caller, target: order.target, identity: identityOf(order) }, { journals })
  return null
}

async function openCaller({ organisation, anchor }: Uploader, project: string): Promise<ProjectCaller> {
  const device = await readDevice(organisation)
  if (device === undefined) {
    throw new WebProblem(
      'device.missing',
      'This browser has no key of its own for this organisation',
      'Sign in again: it makes one.',
    )
  }
  return { api, organisation, anchor, project, signer: await importDevicePair(device.pair) }
}

function makePorts(signal: AbortSignal): UploadPorts {
  let failingSince = 0
  return {
    pins,
    journals,
    hashing: segmentHashing,
    now: () => Date.now(),
    // A piece is in memory while it is sent.
    pieceBytes: { first: 8 << 20, least: 2 << 20, most: 64 << 20 },
    async send(call) {
      const answer = await sendContent(call)
      failingSince = 0
      return answer
    },
    isAbsence: (error) => error instanceof TypeError,
    async waitAfter(failure, attempt) {
      const now = performance.now()
      failingSince ||= now
      if (now - failingSince > patienceMs) throw failure
      await pause(Math.min(5_000, 200 * 2 ** attempt), signal)
    },
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    reject(signal.reason as Error)
  })
  return promise
}

function identityOf({ content }: UploadOrder): string {
  return content.kind === 'file' ? content.identity : `sample:${content.sample}/${content.table}`
}

async function openSource(
  order: UploadOrder,
  report: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Source> {
  const { content } = order
  if (content.kind === 'file') return sourceOfBlob(content.identity, content.file)
  const file = samples[content.sample].files.find(({ table }) => table === content.table)
  if (file === undefined) throw new Error('There is no such file in the sample')
  report(0, 0)
  const { origin } = file
  const blob =
    origin.kind === 'generated' ? new Blob([...origin.chunks()]) : await fetchFile(origin.path, report, signal)
  return sourceOfBlob(identityOf(order), blob)
}

async function fetchFile(
  path: string,
  report: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const answer = await fetch(path, { signal, credentials: 'same-origin', redirect: 'error' })
  if (!answer.ok || answer.body === null) {
    throw new WebProblem(
      'sample.missing',
      'This server does not offer that sample',
      'Choose “Clinic”: it is made in your browser.',
    )
  }
  const total = Number(answer.headers.get('content-length') ?? 0)
  const parts: Uint8Array<ArrayBuffer>[] = []
  let done = 0
  const reader = answer.body.getReader()
  for (;;) {
    const { done: ended, value } = await reader.read()
    if (ended) return new Blob(parts)
    parts.push(value)
    done += value.length
    report(done, total)
  }
}
