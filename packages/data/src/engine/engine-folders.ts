/** An engine's folders, and the care with which files come out of them. */
import { lstat, mkdir, rename, rm } from 'node:fs/promises'
import { makeEngineError } from './errors.ts'

/** `data` is read-only for the process, `scratch` its own, `results` out of its reach. */
export type EngineFolders = { readonly data: string; readonly scratch: string; readonly results: string }

export async function makeEngineFolders(root: string): Promise<EngineFolders> {
  const folders = { data: `${root}/data`, scratch: `${root}/scratch`, results: `${root}/results` }
  for (const path of Object.values(folders)) await mkdir(path, { recursive: true, mode: 0o700 })
  return folders
}

/** Names that cannot leave a folder. @throws EngineError `engine.bad_request`. */
export function checkFileName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,200}$/.test(name)) throw makeEngineError('engine.bad_request')
  return name
}

/**
 * Takes a file that a process wrote out of its reach, then looks at it: a process that was taken over could have put a
 * link there, to have the data plane read what the process cannot.
 * @returns its size in bytes.
 * @throws EngineError `engine.crashed` when it is not a plain file of its own.
 */
export async function takeFile(from: string, to: string): Promise<number> {
  await rename(from, to)
  const status = await lstat(to)
  if (status.isFile() && status.nlink === 1) return status.size
  await rm(to, { force: true })
  throw makeEngineError('engine.crashed')
}

/** Takes a folder likewise; the files in it are still to be taken. @throws EngineError `engine.crashed`. */
export async function takeFolder(from: string, to: string): Promise<void> {
  await rename(from, to)
  if ((await lstat(to)).isDirectory()) return
  await rm(to, { force: true })
  throw makeEngineError('engine.crashed')
}
