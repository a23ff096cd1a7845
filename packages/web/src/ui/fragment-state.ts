/**
 * State in the address's fragment, which browsers send to no server: filters, tabs, what is selected. Several parts of a
 * page share it, each with names of its own.
 */
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'

/** Reads a fragment; later pairs of one name are dropped. */
export function parseFragment(hash: string): Record<string, string> {
  const pairs = [...new URLSearchParams(hash.replace(/^#/, ''))].toReversed()
  return Object.fromEntries(pairs)
}

/** Writes a fragment in order of names, so that equal states are equal addresses; null and '' are left out. */
export function formatFragment(state: Readonly<Record<string, string | null>>): string {
  const entries = Object.entries(state).filter(
    (entry): entry is [string, string] => entry[1] !== null && entry[1] !== '',
  )
  return new URLSearchParams(entries.sort(([a], [b]) => (a < b ? -1 : 1))).toString()
}

type SetFragment = (changes: Readonly<Record<string, string | null>>, options?: { readonly push?: boolean }) => void

/** The fragment as names and values, and a way to change some of them; replaces the entry in history unless `push`. */
export function useFragment(): readonly [Readonly<Record<string, string>>, SetFragment] {
  const hash = useLocation({ select: (location) => location.hash })
  const navigate = useNavigate()
  const state = useMemo(() => parseFragment(hash), [hash])
  const change: SetFragment = useCallback(
    (changes, { push = false } = {}) => {
      const hash = (before?: string): string => formatFragment({ ...parseFragment(before ?? ''), ...changes })
      void navigate({ to: '.', hash, replace: !push, resetScroll: false, hashScrollIntoView: false })
    },
    [navigate],
  )
  return [state, change]
}
