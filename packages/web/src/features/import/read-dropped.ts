import type { ChosenFile } from './import-tasks.ts'

type WithHandle = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> }

/** The files of a drop, with their handles where the browser has such. To be called while the event is handled. */
export async function readDropped(transfer: DataTransfer): Promise<ChosenFile[]> {
  // The list is emptied as soon as the event is over: everything is asked for at once.
  const asked = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item: WithHandle) => ({ file: item.getAsFile(), handle: item.getAsFileSystemHandle?.().catch(() => null) }))
  const read = await Promise.all(asked.map(async ({ file, handle }) => ({ file, handle: (await handle) ?? null })))
  return read.flatMap(({ file, handle }) => {
    if (file === null || handle?.kind === 'directory') return []
    return [{ file, handle: handle as FileSystemFileHandle | null }]
  })
}
