import type { Direction, SortInput } from './sort-order.ts'

/** What the page asks its sorting worker, and what it answers. */
export type SortRequest = { readonly id: number; readonly input: SortInput; readonly direction: Direction }
export type SortAnswer = { readonly id: number; readonly order: Uint32Array }
