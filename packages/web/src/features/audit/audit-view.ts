/** A saved filter of the log: a sealed document of the kind `audit-view`, for everyone in the project who reads the log. */
import type { Fragment } from './audit-filter.ts'

export const auditViewKind = 'audit-view'

const fields = ['q', 'action', 'actor', 'outcome', 'since', 'object', 'routine'] as const

/** What of the address's fragment a view keeps. */
export function readViewFilter(fragment: Fragment): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((name) => (fragment[name] === undefined ? [] : [[name, fragment[name]] as const])),
  )
}

/** The whole filter of a view, so that what it does not have is taken away. Anything else in a body is left out. */
export function applyView(body: unknown): Record<string, string | null> {
  const filter = ((body ?? {}) as { filter?: Record<string, unknown> }).filter ?? {}
  return Object.fromEntries(
    fields.map((name) => {
      const value = filter[name]
      return [name, typeof value === 'string' ? value : null]
    }),
  )
}
