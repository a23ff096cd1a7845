/** One entry as a sentence. */
import type { LedgerEntry } from '@keyhold/ledger'
import { formatCount } from '../../ui/format.ts'
import { findActionWords } from './action-words.ts'

/** Names of people, tokens, tables, projects and keys by id. */
export type Names = ReadonlyMap<string, string>
export type Disclosed = { readonly label: string; readonly value: unknown }

export type Sentence = {
  readonly actor: string
  /** Words, with names that stand out. */
  readonly parts: readonly { readonly text: string; readonly name: boolean }[]
  /** Address of the caller, unless it was erased or there was none. */
  readonly source: string | null
}

const kinds: Readonly<Record<string, string>> = {
  dataPlane: 'The data plane',
  data_plane: 'The data plane',
  anonymous: 'Someone not signed in',
  system: 'The control plane',
}

/** Who did it, as a person names them. */
export function nameActor({ actor }: LedgerEntry, names: Names, disclosed: readonly Disclosed[]): string {
  const said =
    disclosed.find(({ label }) => label === 'actor.name') ?? disclosed.find(({ label }) => label === 'actor.email')
  if (typeof said?.value === 'string') return said.value
  const known = actor.id === null ? undefined : names.get(actor.id)
  if (known !== undefined) return known
  return kinds[actor.kind] ?? `A ${actor.kind.replaceAll('_', ' ')}`
}

/** Ids that have no name are said by their kind. */
function nameThing(id: string | undefined, kind: string, names: Names): string {
  const known = id === undefined ? undefined : names.get(id)
  return known ?? `a ${kind.replaceAll('_', ' ')} of before`
}

export function describeEntry(entry: LedgerEntry, disclosed: readonly Disclosed[], names: Names): Sentence {
  const { words } = findActionWords(entry.action)
  const table = entry.details['table']
  const parts = words.split(/(\{\w+\})/).flatMap((text) => {
    if (text === '') return []
    if (text === '{object}')
      return [{ text: nameThing(entry.object?.id, entry.object?.kind ?? 'thing', names), name: true }]
    if (text === '{table}')
      return [{ text: nameThing(typeof table === 'string' ? table : undefined, 'table', names), name: true }]
    return [{ text, name: false }]
  })
  const figures = describeFigures(entry)
  const source = disclosed.find(({ label }) => label === 'source')?.value
  return {
    actor: nameActor(entry, names, disclosed),
    parts: figures === '' ? parts : [...parts, { text: figures, name: false }],
    source: typeof source === 'string' ? source : null,
  }
}

function describeFigures({ details }: LedgerEntry): string {
  const rows = details['rows']
  const said = [typeof rows === 'number' ? `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}` : '']
  if (details['cached'] === true) said.push('from the cache')
  if (details['attested'] === false) said.push('not signed by an enrolled key')
  const words = said.filter((word) => word !== '').join(', ')
  return words === '' ? '' : `, ${words}`
}
