import { ReportBody, type Document } from '@keyhold/contract'
import { Check } from 'typebox/value'
import { WebProblem } from './problem.ts'

/** A saved report, opened in this browser. */
export type Report = {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly body: ReportBody
}

/** Throws `document.malformed`: another version of the app wrote it, or another program. */
export function readReport({ id, version, title, body }: Document): Report {
  if (Check(ReportBody, body)) return { id, version, title, body }
  throw new WebProblem(
    'document.malformed',
    'This report is not in a form that this page knows',
    'Reload the page: a newer version of it may be there.',
  )
}
