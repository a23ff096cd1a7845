/** One organisation's data plane as a supervised process. */
import { readText, startProgram, type ProgramOptions } from './program.ts'

export type RunningDataPlane = {
  /** The one-time set-up link; null once the organisation is claimed. */
  setupLink: string | null
  custody: string
  isolation: string
  anchorFingerprint: string
  pid: () => number | undefined
  stop: () => Promise<void>
}

/**
 * Starts the data plane of a folder. `firstLine` is what it reads before anything else: an enrolment at the first start,
 * the key file's passphrase outside demo custody. Resolves when its link is up.
 *
 * @throws StartError when it gives up before that
 */
export async function startDataPlane(
  options: ProgramOptions,
  more: NodeJS.ProcessEnv,
  firstLine: () => unknown,
): Promise<RunningDataPlane> {
  const { process, readiness } = await startProgram('data', options, more, firstLine)
  const setupLink = readiness['setupLink']
  return {
    setupLink: typeof setupLink === 'string' ? setupLink : null,
    custody: readText(readiness, 'custody'),
    isolation: readText(readiness, 'isolation'),
    anchorFingerprint: readText(readiness, 'anchorFingerprint'),
    pid: () => process.supervised.pid,
    stop: () => process.supervised.stop(),
  }
}
