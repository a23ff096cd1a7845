import { ReportBody } from '@keyhold/contract'
import { Check } from 'typebox/value'

/** In the built page `compile-checks` puts a compiled function in its place. */
export const isReportBody = (value: unknown): value is ReportBody => Check(ReportBody, value)
