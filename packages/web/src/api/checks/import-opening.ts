import { ImportOpening } from '@keyhold/contract'
import { Check } from 'typebox/value'

/** In the built page `compile-checks` puts a compiled function in its place. */
export const isImportOpening = (value: unknown): value is ImportOpening => Check(ImportOpening, value)
