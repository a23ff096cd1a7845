/** Catalogue versions of projects, kept for a second, so that small requests cost no database transaction. */

const freshFor = 1_000
const mostProjects = 10_000

export type CatalogueVersions = {
  readonly read: (organisation: string, project: string) => Promise<number>
  /** Forgets a project's version: a commit has moved it. */
  readonly forget: (project: string) => void
}

type Entry = { readonly version: Promise<number>; readonly until: number }

/** `load` is asked at most once a second for a project; a refusal is not kept. */
export function createCatalogueVersions(
  load: (organisation: string, project: string) => Promise<number>,
  clock: () => number,
): CatalogueVersions {
  const entries = new Map<string, Entry>()

  function read(organisation: string, project: string): Promise<number> {
    const key = `${organisation}/${project}`
    const known = entries.get(key)
    if (known !== undefined && known.until > clock()) return known.version
    const version = load(organisation, project)
    const entry = { version, until: clock() + freshFor }
    if (entries.size >= mostProjects) entries.clear()
    entries.set(key, entry)
    version.catch(() => entries.get(key) === entry && entries.delete(key))
    return version
  }
  function forget(project: string): void {
    for (const key of entries.keys()) if (key.endsWith(project)) entries.delete(key)
  }
  return { read, forget }
}
