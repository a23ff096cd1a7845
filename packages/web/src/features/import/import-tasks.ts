/** Files on their way into tables. They go on while the person looks at other pages. */
import { assertDone, followJob, JobProblem, type UploadRequest } from '@keyhold/client'
import type { ImportOpening, ImportReport, Job } from '@keyhold/contract'
import { useSyncExternalStore } from 'react'
import { api } from '../../api/client.ts'
import { askJson, dataPlaneOf } from '../../api/data-plane.ts'
import { queryClient } from '../../api/query-client.ts'
import type { Session } from '../../api/session.ts'
import type { UploadOrder } from '../../api/upload/messages.ts'
import { giveUpUpload, startUpload } from '../../api/upload/uploads.ts'
import { formatOfName, proposeName } from './file-name.ts'
import { dropOrder, keepOrder } from './kept-orders.ts'
import { RateMeter, type Pace } from './rate.ts'

/** What a person asks for one file. */
export type FileChoice = {
  readonly fileName: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970; with name and size it tells the file. */
  readonly lastModified: number
  readonly bucket: string
  readonly table: string
  readonly mode: UploadRequest['mode']
  readonly settings: ImportOpening
}

export type TaskState = 'chosen' | 'sending' | 'importing' | 'done' | 'failed' | 'stopped'

export type ImportTask = {
  readonly id: string
  readonly project: string
  readonly file: File
  readonly handle: FileSystemFileHandle | null
  readonly choice: FileChoice
  readonly state: TaskState
  readonly done: number
  readonly total: number
  readonly rows: number
  readonly pace: Pace | undefined
  readonly resumed: boolean
  readonly error: unknown
  /** What the data plane says of the load, also of one that was refused. */
  readonly report: ImportReport | null
  readonly tableId: string | null
  readonly seconds: number
}

let tasks: readonly ImportTask[] = []
const listeners = new Set<() => void>()
const stops = new Map<string, AbortController>()

function publish(next: readonly ImportTask[]): void {
  tasks = next
  for (const listener of listeners) listener()
}

function patch(id: string, change: Partial<ImportTask>): void {
  publish(tasks.map((task) => (task.id === id ? { ...task, ...change } : task)))
}

/** All files of this page's life, in the order in which they were chosen. */
export function useImportTasks(): readonly ImportTask[] {
  return useSyncExternalStore(subscribe, () => tasks)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export type ChosenFile = { readonly file: File; readonly handle: FileSystemFileHandle | null }

/** Puts files on the list; nothing is sent yet. `known` is what is not to be proposed from the file. */
export function addFiles(
  project: string,
  files: readonly ChosenFile[],
  bucket: string,
  known: Partial<FileChoice> = {},
): void {
  const choose = (file: File): FileChoice => ({ ...proposeChoice(file, bucket), ...known })
  publish([...tasks, ...files.map((chosen) => makeTask(project, chosen, choose(chosen.file)))])
}

/** Puts a file on the list whose choices were made before. */
export function addKnown(project: string, chosen: ChosenFile, choice: FileChoice): string {
  const task = makeTask(project, chosen, choice)
  publish([...tasks, task])
  return task.id
}

function makeTask(project: string, { file, handle }: ChosenFile, choice: FileChoice): ImportTask {
  return {
    id: crypto.randomUUID(),
    project,
    file,
    handle,
    choice,
    state: 'chosen',
    done: 0,
    total: file.size,
    rows: 0,
    pace: undefined,
    resumed: false,
    error: null,
    report: null,
    tableId: null,
    seconds: 0,
  }
}

function proposeChoice(file: File, bucket: string): FileChoice {
  const { name, size, lastModified } = file
  const delimiter = /\.(tsv|tab)$/i.test(name) ? { delimiter: '\t' } : {}
  const settings = { fileName: name.slice(0, 1000), format: formatOfName(name) ?? 'csv', ...delimiter } as const
  return { fileName: name, size, lastModified, bucket, table: proposeName(name), mode: 'replace', settings }
}

export function changeChoice(id: string, change: Partial<FileChoice>): void {
  const task = tasks.find((candidate) => candidate.id === id)
  if (task !== undefined) patch(id, { choice: { ...task.choice, ...change } })
}

export function removeTask(id: string): void {
  stops.get(id)?.abort()
  publish(tasks.filter((task) => task.id !== id))
}

/** Stops sending; what was sent is kept, so that it can go on. */
export function stopTask(id: string): void {
  stops.get(id)?.abort()
}

/** Gives up what was sent, at the server and here. */
export async function giveUpTask(session: Session, task: ImportTask): Promise<void> {
  stops.get(task.id)?.abort()
  const { bucket, table } = task.choice
  const { table: found } = await api.call('ensureTable', { params: { project: task.project }, body: { bucket, table } })
  await giveUpUpload(session.caller, makeOrder(task, found.id))
  await dropOrder(task.id)
  removeTask(task.id)
}

function makeOrder({ project, file, choice }: ImportTask, tableId: string): UploadOrder {
  const { bucket, table, mode, settings, fileName, size, lastModified } = choice
  return {
    project,
    target: { bucket, table, tableId },
    mode,
    primaryKey: settings.primaryKey ?? null,
    settings: { ...settings, bucket },
    content: { kind: 'file', file, identity: JSON.stringify([fileName, size, lastModified]) },
  }
}

/** Seals, sends and follows one file to its end; resolves to how that was. Never rejects: failures are in the list. */
export async function startTask(session: Session, id: string): Promise<TaskState | undefined> {
  const task = tasks.find((candidate) => candidate.id === id)
  if (task === undefined || task.state === 'sending' || task.state === 'importing') return task?.state
  const stop = new AbortController()
  stops.set(id, stop)
  patch(id, {
    state: 'sending',
    error: null,
    report: null,
    done: 0,
    total: task.file.size,
    pace: undefined,
    resumed: false,
  })
  const began = performance.now()
  try {
    await keepOrder(task.project, task)
    const { job, tableId } = await send(session, task, stop.signal)
    await dropOrder(id)
    patch(id, { state: 'importing', done: 0, total: 0, tableId })
    await follow(session, task, job, stop.signal)
    const report = await readReport(session, task, job)
    patch(id, { state: 'done', report, seconds: (performance.now() - began) / 1000 })
    await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes(task.project) })
  } catch (error) {
    await fail(session, task, error, stop.signal.aborted)
  } finally {
    stops.delete(id)
  }
  return tasks.find((candidate) => candidate.id === id)?.state
}

async function send(
  session: Session,
  task: ImportTask,
  signal: AbortSignal,
): Promise<{ job: string; tableId: string }> {
  const { bucket, table } = task.choice
  const { table: found } = await api.call('ensureTable', { params: { project: task.project }, body: { bucket, table } })
  const meter = new RateMeter()
  const finished = await startUpload(
    session.caller,
    makeOrder(task, found.id),
    {
      onNote: (note) => patch(task.id, { resumed: note === 'resumed' }),
      onProgress: ({ done, total }) => {
        meter.add(performance.now(), done)
        patch(task.id, { done, total, pace: meter.measure(total) })
      },
    },
    signal,
  )
  return { job: finished.job, tableId: found.id }
}

async function follow(session: Session, { id, project }: ImportTask, job: string, signal: AbortSignal): Promise<void> {
  const onState = ({ progress }: Job): void => {
    if (progress !== null) patch(id, { done: progress.bytes, total: progress.total, rows: progress.rows })
  }
  assertDone(await followJob({ ...session.caller, project }, job, onState, { waitSeconds: 1, signal }))
}

/** Null where there is none: then what the job says is all there is. */
async function readReport({ caller }: Session, { project }: ImportTask, job: string): Promise<ImportReport | null> {
  try {
    return (await askJson(dataPlaneOf(caller, project), 'import.report', { job })) as ImportReport
  } catch {
    return null
  }
}

async function fail(session: Session, task: ImportTask, error: unknown, stopped: boolean): Promise<void> {
  const { id } = task
  if (stopped) return patch(id, { state: 'stopped', error: null })
  if (!(error instanceof JobProblem)) return patch(id, { state: 'failed', error })
  // The upload is over: going on with it would end the same way.
  await dropOrder(id)
  const report = error.job === undefined ? null : await readReport(session, task, error.job)
  patch(id, { state: 'failed', error, report })
}
