/** What an operation of a sealed request answers. */
import type { ResultColumn } from '@keyhold/contract'

export type OperationResult = {
  readonly columns: ResultColumn[]
  readonly rows: number
  readonly cached: boolean
  readonly bodyLength: number
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
  readonly timings: Record<string, number>
  /** To be called when the body was sent or is not wanted. */
  readonly done: () => Promise<void>
}

/** An answer whose body is JSON in UTF-8. */
export function answerJson(
  value: unknown,
  facts: Partial<Pick<OperationResult, 'cached' | 'timings'>> = {},
): OperationResult {
  return answerBytes(Buffer.from(JSON.stringify(value)), facts)
}

/** An answer of a few bytes. */
export function answerBytes(
  body: Uint8Array,
  facts: Partial<Pick<OperationResult, 'cached' | 'timings'>> = {},
): OperationResult {
  const about = { columns: [], rows: 0, cached: false, timings: {}, ...facts }
  return { ...about, body, bodyLength: body.length, done: async () => {} }
}
