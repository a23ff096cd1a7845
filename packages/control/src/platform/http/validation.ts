/** Validators of requests: nothing is dropped or defaulted silently; only query strings are read as other types. */
import { Ajv, type ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'

const strict = { removeAdditional: false, allErrors: false, strict: false } as const

type Validator = ((data: unknown) => boolean) & { errors?: FastifySchemaValidationError[] | null }

/** A validator compiler for Fastify. Text that PostgreSQL cannot keep fits no description: NUL, and half a character. */
export function createValidatorCompiler(): FastifySchemaCompiler<unknown> {
  const asIs = new Ajv({ ...strict, coerceTypes: false, useDefaults: false })
  const fromText = new Ajv({ ...strict, coerceTypes: true, useDefaults: true })
  return ({ schema, httpPart }) =>
    refuseUnkeepable((httpPart === 'querystring' ? fromText : asIs).compile(schema as Record<string, unknown>))
}

function refuseUnkeepable(fits: ValidateFunction): Validator {
  const validate: Validator = (data) => {
    const place = fits(data) ? findUnkeepable(data, '') : undefined
    validate.errors = place === undefined ? (fits.errors ?? null) : [describeUnkeepable(place)]
    return place === undefined && !fits.errors
  }
  return validate
}

/** As a violation of JSON Schema is described: see problems.ts. */
const describeUnkeepable = (place: string) => ({
  instancePath: place,
  keyword: 'text',
  schemaPath: '',
  params: {},
  message: 'must have no NUL and no half of a character',
})

/** Where such text stands, as a JSON pointer; names of fields are the description's own by now, or read as values. */
function findUnkeepable(value: unknown, place: string): string | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? place : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, inner] of Object.entries(value)) {
    const found = findUnkeepable(inner, `${place}/${name}`)
    if (found !== undefined) return found
  }
  return undefined
}
