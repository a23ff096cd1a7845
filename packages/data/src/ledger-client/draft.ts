/** What happened, before it gets its place in the data plane's chain. Ids, counts and sizes only. */
export type EntryDraft = {
  /** Verb of ours, such as `query.run`. */
  readonly action: string
  readonly outcome: 'success' | 'failure' | 'denied'
  readonly code: string | null
  readonly project: string | null
  readonly actor: { readonly kind: string; readonly id: string } | null
  readonly object: { readonly kind: string; readonly id: string } | null
  /** Digests of what was before and after. */
  readonly before?: string | null
  readonly after?: string | null
  readonly details?: Readonly<Record<string, string | number | boolean | null>>
}
