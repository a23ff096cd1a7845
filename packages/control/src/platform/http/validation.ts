/** Validators of requests: nothing is dropped or defaulted silently; only query strings are read as other types. */
import { Ajv } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'

const strict = { removeAdditional: false, allErrors: false, strict: false } as const

/** A validator compiler for Fastify. */
export function createValidatorCompiler(): FastifySchemaCompiler<unknown> {
  const asIs = new Ajv({ ...strict, coerceTypes: false, useDefaults: false })
  const fromText = new Ajv({ ...strict, coerceTypes: true, useDefaults: true })
  return ({ schema, httpPart }) =>
    (httpPart === 'querystring' ? fromText : asIs).compile(schema as Record<string, unknown>)
}
