/** Loading a sample: goes on while the person looks at other pages, and where it ended after a reload. */
import { loadSample, type SampleProgress } from '@keyhold/client'
import { samples, type Sample } from '@keyhold/samples'
import { useSyncExternalStore } from 'react'
import { askJson, dataPlaneOf } from '../../api/data-plane.ts'
import { queryClient } from '../../api/query-client.ts'
import type { Session } from '../../api/session.ts'
import type { UploadProgress } from '../../api/upload/messages.ts'
import { startUpload } from '../../api/upload/uploads.ts'

export type SampleLoad = {
  readonly files: ReadonlyMap<string, SampleProgress>
  /** Id of the dashboard, once all is there. */
  readonly dashboard: string | null
  readonly error: unknown
}

const waiting: SampleLoad = { files: new Map(), dashboard: null, error: null }
const loads = new Map<string, SampleLoad>()
const listeners = new Set<() => void>()

function change(key: string, next: Partial<SampleLoad>): void {
  loads.set(key, { ...(loads.get(key) ?? waiting), ...next })
  for (const listener of listeners) listener()
}

const keyOf = (project: string, sample: Sample['id']): string => `${project}/${sample}`

/** Begins, or goes on after a failure; does nothing while it runs or when it is done. */
export function startSample({ caller }: Session, project: string, sample: Sample['id']): void {
  const key = keyOf(project, sample)
  const known = loads.get(key)
  if (known !== undefined && known.error === null) return
  change(key, waiting)
  const plane = dataPlaneOf(caller, project)
  loadSample({
    caller: { ...caller, project },
    ask: (operation, body) => askJson(plane, operation, body),
    sample: samples[sample],
    signal: new AbortController().signal,
    async send(file, target, report) {
      const content = { kind: 'sample', sample, table: file.table } as const
      const order = { project, target, mode: 'replace', primaryKey: null, settings: file.settings, content } as const
      const onProgress = ({ phase, done, total }: UploadProgress): void => report(phase, done, total)
      return (await startUpload(caller, order, { onProgress }, new AbortController().signal)).job
    },
    report(progress) {
      const files = new Map(loads.get(key)?.files).set(progress.table, progress)
      change(key, { files })
    },
  }).then(
    async ({ dashboard }) => {
      await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes(project) })
      change(key, { dashboard })
    },
    (error: unknown) => change(key, { error }),
  )
}

/** How far it is. */
export function useSampleLoad(project: string, sample: Sample['id']): SampleLoad {
  return useSyncExternalStore(subscribe, () => loads.get(keyOf(project, sample)) ?? waiting)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
