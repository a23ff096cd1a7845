/** What the page and the log's worker say to each other. */
import type { KeyReader } from '@keyhold/client'
import type { ListedEntry, LogFilter } from './log-book.ts'
import type { LogState } from './log-state.ts'

export type OrganisationLog = Omit<KeyReader, 'api'>

/** Whose log: an organisation's, or the installation's own. */
export type Whose = OrganisationLog | 'installation'

export type ToLog =
  | { readonly kind: 'start'; readonly whose: Whose }
  | { readonly kind: 'visible'; readonly visible: boolean }
  /** All entries are wanted, however long the log. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'names'; readonly names: ReadonlyMap<string, string> }
  | { readonly kind: 'search'; readonly id: number; readonly filter: LogFilter }
  | { readonly kind: 'read'; readonly id: number; readonly indices: readonly number[] }

export type SearchAnswer = {
  /** Newest first. */
  readonly indices: Uint32Array
  /** Entries left out for being routine. */
  readonly routine: number
  /** Actions that occur, most frequent first. */
  readonly actions: readonly string[]
}

export type FromLog =
  | { readonly kind: 'state'; readonly state: LogState }
  | { readonly kind: 'found'; readonly id: number; readonly answer: SearchAnswer }
  | { readonly kind: 'entries'; readonly id: number; readonly entries: readonly ListedEntry[] }
