import { encodeText, encodeU32, joinBytes } from '../bytes.ts'
import type { ContextHeader } from '../context-header.ts'
import { primitives } from '../crypto/node.ts'

export type Random = (length: number) => Uint8Array

/** The header of the vectors' files. */
export const header: ContextHeader = {
  organisation: '01900000-0000-7000-8000-000000000001',
  project: '01900000-0000-7000-8000-000000000002',
  table: '01900000-0000-7000-8000-000000000003',
  file: '01900000-0000-7000-8000-000000000004',
  version: 1,
  purpose: 'data',
}

/** SHA-256 of label and counter, as many as wanted: the same for every run. */
export function createRandom(label: string): Random {
  let counter = 0
  const block = () => primitives.sha256(joinBytes([encodeText(label), encodeU32(counter++)])) as Uint8Array
  return (length) => joinBytes(Array.from({ length: Math.ceil(length / 32) }, block)).slice(0, length)
}
