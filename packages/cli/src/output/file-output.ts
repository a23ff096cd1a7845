import { open, rename, rm } from 'node:fs/promises'
import { CliError } from '../errors.ts'

export type FileOutput = { readonly write: (chunk: string | Uint8Array) => Promise<void> }

/** Writes a file that appears under its name only when it is whole. Throws `output.unwritable`. */
export async function writeFileWhole<T>(path: string, work: (output: FileOutput) => Promise<T>): Promise<T> {
  const temporary = `${path}.${process.pid}.part`
  const handle = await open(temporary, 'wx', 0o600).catch((cause: unknown) => {
    throw new CliError('output.unwritable', `${path} cannot be written`, 'check the folder and its permissions.', {
      cause,
    })
  })
  try {
    const result = await work({ write: (chunk) => handle.writeFile(chunk) })
    await handle.sync()
    await handle.close()
    await rename(temporary, path)
    return result
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw error
  }
}
