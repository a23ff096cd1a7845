/**
 * Shells that are signed in from a browser. Owns the table `shell_confirmations`. Guarantees: a shell is signed in only by
 * two secrets that never lie together before: its own, which does not leave it until then, and a code that somebody who is
 * signed in gets for pressing a button after a fresh proof; once, within five minutes, and only while the session that
 * confirmed goes on. The shell's session rests on that session's proof: it is no fresher, and ends with the provider's.
 * Refuses, with one answer, everything else. Nothing is stored, and nothing logged, before somebody confirms.
 */
export { createShellHandlers } from './routes.ts'
