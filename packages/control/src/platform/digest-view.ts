/** Digests of objects, by which the log says what a change began with and what it left. */
import { hash } from 'node:crypto'
import { formatCanonical, type JsonValue } from '@keyhold/ledger'

/** base64url(SHA-256(canonical JSON)) of an object as those see it who may; null for what was not there. */
export function digestView(view: JsonValue | undefined): string | null {
  return view === undefined || view === null ? null : hash('sha256', formatCanonical(view), 'base64url')
}
