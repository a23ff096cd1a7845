import type { Document, ReportBody } from '@keyhold/contract'
import { isReportBody } from './checks/report-body.ts'
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
  if (isReportBody(body)) return { id, version, title, body }
  throw new WebProblem(
    'document.malformed',
    'This report is not in a form that this page knows',
    'Reload the page: a newer version of it may be there.',
  )
}
