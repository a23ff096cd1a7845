import { usage, type Arguments } from '../arguments.ts'

/** Exactly this many words. Throws `cli.usage` with the command's form. */
export function takeWords(args: Arguments, least: number, most: number, form: string): readonly string[] {
  const { positionals } = args
  if (positionals.length < least) throw usage('something is missing', `write: keyhold ${form}`)
  if (positionals.length > most)
    throw usage(`"${positionals[most] ?? ''}" is one word too many`, `write: keyhold ${form}`)
  return positionals
}

/** `bucket.table`, in lower case. Throws `cli.usage`. */
export function parseTableName(text: string): { bucket: string; table: string } {
  const match = /^([a-z][a-z0-9_]{0,62})\.([a-z][a-z0-9_]{0,62})$/.exec(text.toLowerCase())
  if (match?.[1] !== undefined && match[2] !== undefined) return { bucket: match[1], table: match[2] }
  throw usage(
    `"${text}" does not name a table`,
    'write bucket.table, each of letters, digits and _, beginning with a letter.',
  )
}
