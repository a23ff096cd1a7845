/** The folder in which everything temporary of a test run lives, so that one removal at the end takes it all. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'

const memory = '/dev/shm'
const prefix = 'keyhold-tests-'
const day = 86_400_000
/** Bytes; a run has used 1 GiB at most. */
const roomy = 4 * 2 ** 30

/**
 * Makes it: if wanted in memory where there is much of it, since a run makes and drops hundreds of small databases. Tests
 * that hide `/dev/shm` from their processes want it elsewhere.
 */
export function makeRunFolder(inMemory: boolean): string {
  const root = inMemory && hasRoom() ? memory : tmpdir()
  removeAbandoned(root)
  const folder = mkdtempSync(join(root, prefix))
  // PostgreSQL may run as another user, who must get to what is given to it.
  chmodSync(folder, 0o711)
  return folder
}

function hasRoom(): boolean {
  if (!existsSync(memory) || freemem() < roomy) return false
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize >= roomy
}

/** What runs left that were killed; none lasts a day. */
function removeAbandoned(root: string): void {
  for (const name of readdirSync(root).filter((other) => other.startsWith(prefix))) {
    const path = join(root, name)
    const status = statSync(path, { throwIfNoEntry: false })
    if (status !== undefined && Date.now() - status.mtimeMs > day) rmSync(path, { recursive: true, force: true })
  }
}
