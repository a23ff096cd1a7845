import { DocumentConflict } from '@keyhold/contract'
import { Check } from 'typebox/value'

/** In the built page `compile-checks` puts a compiled function in its place. */
export const isDocumentConflict = (value: unknown): value is DocumentConflict => Check(DocumentConflict, value)
