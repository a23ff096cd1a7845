/** Files that a process wrote, taken out of its reach. */
import { rm } from 'node:fs/promises'
import { checkFileName, takeFile, takeFolder, type EngineFolders } from './engine-folders.ts'
import type { ImportedFile } from './import-types.ts'
import type { WrittenFile } from './process/messages.ts'

/** A folder is moved out of the process's reach as a whole first: inside its reach it could be swapped for a link. */
export async function takeWritten(
  { scratch, results }: EngineFolders,
  written: readonly WrittenFile[],
  output: string,
): Promise<readonly ImportedFile[]> {
  const isFolder = written.some((file) => file.name !== output)
  const folder = `${results}/${output}.parts`
  if (isFolder) await takeFolder(`${scratch}/${output}`, folder)
  const files = written.map(async ({ name, rows }, index) => {
    const from = isFolder ? `${folder}/${checkFileName(name.slice(output.length + 1))}` : `${scratch}/${output}`
    const path = `${results}/${index}-${output}`
    return { path, rows, bytes: await takeFile(from, path) }
  })
  return Promise.all(files).finally(() => rm(folder, { recursive: true, force: true }))
}
