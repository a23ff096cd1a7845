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
  const body = Buffer.from(JSON.stringify(value))
  const about = { columns: [], rows: 0, cached: false, timings: {}, ...facts }
  return { ...about, body, bodyLength: body.length, done: async () => {} }
}
