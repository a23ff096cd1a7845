/** Where the ciphertext of uploads lies until it is imported: one file an upload, one folder an organisation. */
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

export type UploadArea = {
  /** Opens an upload's file cut to its acknowledged length; what a killed writer left behind is gone. */
  readonly openToAppend: (organisation: string, upload: string, acknowledged: number) => Promise<FileHandle>
  readonly openToRead: (organisation: string, upload: string) => Promise<FileHandle>
  /** Deletes; an unknown upload is no error. */
  readonly remove: (organisation: string, upload: string) => Promise<void>
  /** Uploads that have a file last written before a time. */
  readonly listBefore: (organisation: string, time: Date) => Promise<string[]>
}

export function openUploadArea(folder: string): UploadArea {
  const place = (organisation: string, upload: string) => join(folder, organisation, upload)

  async function openToAppend(organisation: string, upload: string, acknowledged: number): Promise<FileHandle> {
    if (acknowledged === 0) await makePlace(join(folder, organisation), place(organisation, upload))
    const file = await open(place(organisation, upload), 'r+')
    try {
      await file.truncate(acknowledged)
      return file
    } catch (cause) {
      await file.close()
      throw cause
    }
  }
  async function listBefore(organisation: string, time: Date): Promise<string[]> {
    const names = await readdir(join(folder, organisation)).catch(() => [])
    const old: string[] = []
    for (const name of names) {
      const { mtime } = await stat(place(organisation, name)).catch(() => ({ mtime: time }))
      if (mtime < time) old.push(name)
    }
    return old
  }
  return {
    openToAppend,
    openToRead: (organisation, upload) => open(place(organisation, upload), 'r'),
    remove: (organisation, upload) => rm(place(organisation, upload), { force: true }),
    listBefore,
  }
}

/** An acknowledged byte is only durable when the name of its file is. */
async function makePlace(folder: string, path: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = await open(path, 'a', 0o600)
  await file.close()
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}
