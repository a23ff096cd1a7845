import type { Question } from '@keyhold/contract'

/** The first hundred rows of a table, to begin with. */
export function blankQuestion(bucket: string, table: string): Question {
  return { bucket, table, columns: [], filters: [], groups: [], measures: [], sort: [], limit: 100 }
}
