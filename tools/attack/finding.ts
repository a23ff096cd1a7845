import type { Target } from './target.ts'

/** Something that a scanner said. `expected` gives the reason why it is no fault; null for a fault. */
export type Finding = { readonly what: string; readonly expected: string | null }

/** `tried` says in a few words what was sent, with counts. */
type Result = { readonly tried: string; readonly findings: readonly Finding[] }

export type Attack = {
  readonly name: string
  /** The program that it runs, and the Debian package that has it. */
  readonly program: string
  readonly debianPackage: string
  /** Rejects when the scanner itself fails, which is no pass. */
  readonly run: (target: Target) => Promise<Result>
}
