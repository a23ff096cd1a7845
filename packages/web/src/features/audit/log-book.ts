/** The log's entries as this browser has them, and the search in them. Lives in a worker. */
import type { LedgerEntry } from '@keyhold/ledger'
import { findActionWords } from './action-words.ts'

/** An entry as the control plane lists it. */
export type ListedEntry = {
  readonly index: number
  readonly salt: string
  readonly entry: string
  readonly disclosures: readonly { readonly label: string; readonly salt: string; readonly value: unknown }[]
  readonly signature: string | null
}

export type LogFilter = {
  /** All must be found somewhere in the entry, or in the name of something that it names. */
  readonly text: string
  readonly action: string | null
  readonly outcome: string | null
  /** Id or kind. */
  readonly actor: string | null
  /** Id of anything that the entry names. */
  readonly object: string | null
  /** Milliseconds since 1970; `until` is not included. */
  readonly since: number | null
  readonly until: number | null
  readonly routine: boolean
}

type Line = {
  readonly listed: ListedEntry
  readonly action: string
  readonly outcome: string
  readonly actor: string
  readonly time: number
  readonly routine: boolean
  /** Lower case. */
  readonly text: string
}

export class LogBook {
  readonly #lines: Line[] = []
  readonly #actions = new Map<string, number>()

  /** Takes entries in any order; one that is there already is left as it is. */
  add(entries: readonly ListedEntry[]): void {
    for (const listed of entries) {
      if (this.#lines[listed.index] !== undefined) continue
      const line = readLine(listed)
      this.#lines[listed.index] = line
      this.#actions.set(line.action, (this.#actions.get(line.action) ?? 0) + 1)
    }
  }

  /** One more than the newest index. */
  get length(): number {
    return this.#lines.length
  }

  get(index: number): ListedEntry | undefined {
    return this.#lines[index]?.listed
  }

  /** Entries from an index on, as far as there is no gap. */
  run(from: number, to: number): ListedEntry[] {
    const found: ListedEntry[] = []
    for (let index = from; index < to; index++) {
      const line = this.#lines[index]
      if (line === undefined) break
      found.push(line.listed)
    }
    return found
  }

  /** Actions that occur, most frequent first. */
  listActions(): string[] {
    return [...this.#actions].sort((a, b) => b[1] - a[1]).map(([action]) => action)
  }

  /** Indices of what matches, newest first; and how many match but for being routine. */
  search(filter: LogFilter, names: ReadonlyMap<string, string>): { indices: Uint32Array; routine: number } {
    const matches = compileFilter(filter, names)
    const indices: number[] = []
    let routine = 0
    for (let index = this.#lines.length - 1; index >= 0; index--) {
      const line = this.#lines[index]
      if (line === undefined || !matches(line)) continue
      if (line.routine && !filter.routine) routine++
      else indices.push(index)
    }
    return { indices: Uint32Array.from(indices), routine }
  }
}

function readLine(listed: ListedEntry): Line {
  const entry = JSON.parse(listed.entry) as LedgerEntry
  const { words, routine = false } = findActionWords(entry.action)
  const { actor, object, details, outcome, code, action, project } = entry
  const said: unknown[] = [words, action, outcome, code, actor.kind, actor.id, object?.kind, object?.id, project]
  said.push(...Object.values(details), ...listed.disclosures.map(({ value }) => value), `#${listed.index}`)
  return {
    listed,
    action,
    outcome,
    actor: `${actor.kind} ${actor.id ?? ''}`,
    time: Date.parse(entry.time),
    routine,
    text: said
      .map((word) => (typeof word === 'string' || typeof word === 'number' ? word : ''))
      .join(' ')
      .toLowerCase(),
  }
}

function compileFilter(filter: LogFilter, names: ReadonlyMap<string, string>): (line: Line) => boolean {
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const wanted = words.map((word) => ({ word, ids: findIds(word, names) }))
  const { action, outcome, actor, object } = filter
  const since = filter.since ?? Number.NEGATIVE_INFINITY
  const until = filter.until ?? Number.POSITIVE_INFINITY
  return (line) =>
    (action === null || line.action === action) &&
    (outcome === null || line.outcome === outcome) &&
    (object === null || line.text.includes(object.toLowerCase())) &&
    (actor === null || line.actor.split(' ').includes(actor)) &&
    line.time >= since &&
    line.time < until &&
    wanted.every(({ word, ids }) => line.text.includes(word) || ids.some((id) => line.text.includes(id)))
}

function findIds(word: string, names: ReadonlyMap<string, string>): string[] {
  return [...names].flatMap(([id, name]) => (name.toLowerCase().includes(word) ? [id.toLowerCase()] : []))
}
