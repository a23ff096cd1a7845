/** What this machine offers to wall plaintext off, for the readiness line. */
import { openWorkFolder } from '../engine/index.ts'
import { detectSandbox, type Sandbox } from '../engine/sandbox.ts'
import { DataError } from '../errors.ts'

/** Tries both out, as an engine would; leaves nothing behind. @throws `engine.no_sandbox` where one is required */
export function describeEnvironment(): {
  isolation: 'bubblewrap' | 'process'
  workFolder: string
  finding: string | null
} {
  const folder = openWorkFolder({ name: 'trial', sizeBytes: 1 << 20 })
  try {
    const { isolation } = trySandbox(folder.path)
    return {
      isolation: isolation === 'namespaces' ? 'bubblewrap' : 'process',
      workFolder: folder.kind,
      finding: folder.finding ?? null,
    }
  } finally {
    folder.remove()
  }
}

function trySandbox(folder: string): Sandbox {
  try {
    return detectSandbox(folder)
  } catch (cause) {
    throw new DataError(
      'engine.no_sandbox',
      'KEYHOLD_SANDBOX is "required", and bubblewrap does not work here.',
      'Install bubblewrap (Debian: apt install bubblewrap) and allow user namespaces, or set KEYHOLD_SANDBOX to best.',
      { cause },
    )
  }
}
