/** What this machine offers to wall plaintext off, for the readiness line. */
import { openWorkFolder } from '../engine/index.ts'
import { detectSandbox } from '../engine/sandbox.ts'

/** Tries both out, as an engine would; leaves nothing behind. */
export function describeEnvironment(): {
  isolation: 'bubblewrap' | 'process'
  workFolder: string
  finding: string | null
} {
  const folder = openWorkFolder({ name: 'trial', sizeBytes: 1 << 20 })
  try {
    const { isolation } = detectSandbox(folder.path, 'best')
    return {
      isolation: isolation === 'namespaces' ? 'bubblewrap' : 'process',
      workFolder: folder.kind,
      finding: folder.finding ?? null,
    }
  } finally {
    folder.remove()
  }
}
