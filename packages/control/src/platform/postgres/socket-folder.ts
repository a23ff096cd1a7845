/** Where the Unix socket lives: a private folder whose path is short enough for the kernel. */
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { unprivilegedId } from './launch.ts'

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const longestSocketPath = 103
const socketName = '/.s.PGSQL.5432'

/** Makes (mode 0700) and returns the folder: under `home` if short enough, else a hashed name in the system's /tmp. */
export function makeSocketFolder(home: string): string {
  const near = join(resolve(home), 'control', 'run')
  if (Buffer.byteLength(near + socketName) <= longestSocketPath) return makePrivate(near)
  const name = createHash('sha256').update(resolve(home)).digest('hex').slice(0, 20)
  const short = join(tmpdir(), `keyhold-${name}`)
  return makePrivate(Buffer.byteLength(short + socketName) <= longestSocketPath ? short : `/tmp/keyhold-${name}`)
}

function makePrivate(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const status = lstatSync(folder)
  const ours = process.getuid === undefined || status.uid === process.getuid() || status.uid === unprivilegedId
  // In a shared /tmp another user may have made the name first, or a link from it to a folder of theirs.
  if (!status.isDirectory() || !ours || (status.mode & 0o077) !== 0)
    throw new Error('The socket folder is not private.')
  return folder
}
