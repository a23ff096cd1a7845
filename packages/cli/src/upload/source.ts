import { fstatSync } from 'node:fs'
import { open, realpath, stat, type FileHandle } from 'node:fs/promises'
import { ClientError, type Source } from '@keyhold/client'
import { CliError } from '../errors.ts'

/** Throws `input.unreadable` or `upload.source_empty`. */
export async function openSource(path: string): Promise<Source> {
  const real = await realpath(path).catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  // Looked at first: opening a pipe would wait for its other end.
  if (!(await stat(real)).isFile()) throw notRegular(path)
  const handle = await open(real, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  const opened = fstatSync(handle.fd)
  if (opened.size === 0) {
    await handle.close()
    throw new CliError('upload.source_empty', `${path} is empty`, 'upload a file with at least a header line.')
  }
  return {
    identity: real,
    length: opened.size,
    read: (offset, into) => readExactly(handle, offset, into, path),
    assertUnchanged() {
      const now = fstatSync(handle.fd)
      if (now.size !== opened.size || now.mtimeMs !== opened.mtimeMs) throw changed(path)
    },
    close: () => handle.close(),
  }
}

async function readExactly(handle: FileHandle, offset: number, into: Uint8Array, path: string): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, into.length - done, offset + done)
    if (bytesRead === 0) throw changed(path)
    done += bytesRead
  }
}

function changed(path: string): ClientError {
  return new ClientError(
    'upload.source_changed',
    `${path} was changed while it was being uploaded`,
    'let whatever writes it finish, then run the same command again: it starts over.',
  )
}

function notRegular(path: string): CliError {
  return new CliError(
    'input.unreadable',
    `${path} is not a file`,
    'name a regular file: an upload must be able to read it again to resume.',
  )
}

function unreadable(path: string, cause: unknown): CliError {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
  return new CliError(
    'input.unreadable',
    missing ? `there is no file ${path}` : `${path} cannot be read`,
    'check the name and its permissions.',
    { cause },
  )
}
