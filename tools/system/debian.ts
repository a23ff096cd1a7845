/** Debian's programs that the peers tests need: found, or installed where that is possible, or said plainly to be missing. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const aptGet = '/usr/bin/apt-get'

/**
 * Makes sure of programs by name, each with the Debian package that has it.
 *
 * @returns null when all are there, else why not and what to do
 */
export function ensurePrograms(programs: Readonly<Record<string, string>>): string | null {
  const missing = () => Object.entries(programs).filter(([program]) => !isThere(program))
  const packages = [...new Set(missing().map(([, name]) => name))]
  if (packages.length === 0) return null
  if (process.getuid?.() === 0 && existsSync(aptGet)) install(packages)
  const left = missing()
  if (left.length === 0) return null
  const names = left.map(([program]) => program).join(', ')
  return `${names} missing and not installable here. Remedy: as root, apt-get install ${packages.join(' ')}.`
}

/** For tests of one machine kind: why this one is not it, or null. */
export function refuseUnlessRoot(purpose: string): string | null {
  if (process.platform !== 'linux') return `${purpose} needs Linux.`
  return process.getuid?.() === 0 ? null : `${purpose} needs root. Remedy: run the peers tests as root.`
}

function isThere(program: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'command -v "$0"', program], { env: searchPath() }).status === 0
}

/** Debian keeps `ip` and `mount`'s kin in folders that an ordinary user's PATH leaves out. */
function searchPath(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin` }
}

function install(packages: readonly string[]): void {
  console.log(`installing from Debian: ${packages.join(' ')}`)
  const stdio = ['ignore', 'ignore', 'inherit'] as const
  spawnSync(aptGet, ['update', '-qq'], { stdio: [...stdio] })
  spawnSync(aptGet, ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    stdio: [...stdio],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}
