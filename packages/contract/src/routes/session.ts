import { Type } from 'typebox'
import { strict, Time } from '../schema.ts'

/** A session's secret, given once. */
export const Session = strict({ secret: Type.String(), expires: Time })
