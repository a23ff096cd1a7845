import { Type, type Static } from 'typebox'
import { strict, Time } from '../schema.ts'

/** Announced work on the installation, which everyone may know of. */
export const Maintenance = strict({
  starts: Time,
  ends: Time,
  /** For people: what happens meanwhile. */
  message: Type.String({ minLength: 1, maxLength: 300 }),
})
export type Maintenance = Static<typeof Maintenance>
