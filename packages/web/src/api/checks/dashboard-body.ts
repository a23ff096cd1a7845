import { DashboardBody } from '@keyhold/contract'
import { Check } from 'typebox/value'

/** In the built page `compile-checks` puts a compiled function in its place. */
export const isDashboardBody = (value: unknown): value is DashboardBody => Check(DashboardBody, value)
