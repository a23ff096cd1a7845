/** Uploads that were begun and not finished, kept over a reload: encrypted for this browser, with the file's handle. */
import { openLocally, openUploadStore, sealLocally } from '../../api/upload/sealed-store.ts'
import type { FileChoice } from './import-tasks.ts'

export type KeptOrder = {
  readonly id: string
  readonly choice: FileChoice
  readonly handle: FileSystemFileHandle | null
}

export async function keepOrder(project: string, { id, choice, handle }: KeptOrder): Promise<void> {
  const task = await sealLocally(choice)
  await (await openUploadStore()).put('tasks', { id, project, task, handle })
}

export async function dropOrder(id: string): Promise<void> {
  await (await openUploadStore()).delete('tasks', id)
}

export async function listOrders(project: string): Promise<KeptOrder[]> {
  const stored = (await (await openUploadStore()).getAll('tasks')).filter((task) => task.project === project)
  const orders = await Promise.all(
    stored.map(async ({ id, task, handle }) => ({ id, choice: (await openLocally(task)) as FileChoice, handle })),
  )
  return orders.filter(({ choice }) => choice !== undefined)
}

/** The file behind a handle, after the person allowed it again; undefined where that is refused or it is gone. */
export async function readHandle(handle: FileSystemFileHandle): Promise<File | undefined> {
  const asking = handle as FileSystemFileHandle & {
    requestPermission?: (mode: { mode: 'read' }) => Promise<PermissionState>
  }
  try {
    if ((await asking.requestPermission?.({ mode: 'read' })) === 'denied') return undefined
    return await handle.getFile()
  } catch {
    return undefined
  }
}
