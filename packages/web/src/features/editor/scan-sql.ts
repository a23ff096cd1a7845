/** What a text of SQL holds, as far as an editor must know without understanding it. Pure. */

/** Kept: code. Blanked: strings, quoted names and comments, with line breaks kept, so that places stay the same. */
const opaque =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)/g

function blankOpaque(sql: string): string {
  return sql.replaceAll(opaque, (text) => text.replaceAll(/[^\n]/g, ' '))
}

/** Names of the parameters, each once, in the order of their first place. */
export function findParameters(sql: string): readonly string[] {
  const found = blankOpaque(sql).matchAll(/(?<![\w$])\$([A-Za-z_][A-Za-z0-9_]{0,62})(?![\w$])/g)
  return [...new Set([...found].map((match) => match[1] ?? ''))]
}

export type Span = { readonly from: number; readonly to: number }

/** The statement around a place: what lies between semicolons, without the space around it. */
export function findStatement(sql: string, at: number): Span {
  const bare = blankOpaque(sql)
  const semicolons = [...bare.matchAll(/;/g)].map((match) => match.index)
  const spans = [-1, ...semicolons].map((before, index) =>
    trimSpan(sql, { from: before + 1, to: semicolons[index] ?? sql.length }),
  )
  const filled = spans.filter(({ from, to }) => to > from)
  return filled.findLast(({ from }) => from <= at) ?? filled[0] ?? { from: 0, to: sql.length }
}

function trimSpan(sql: string, { from, to }: Span): Span {
  const text = sql.slice(from, to)
  const start = from + text.length - text.trimStart().length
  return { from: start, to: Math.max(start, from + text.trimEnd().length) }
}

/** `bucket.table` pairs that a text names, whether they exist or not. */
export function findTables(sql: string): readonly { readonly bucket: string; readonly table: string }[] {
  const names = sql
    .replaceAll(/'(?:[^']|'')*'|--[^\n]*/g, ' ')
    .matchAll(/"?\b([a-z][a-z0-9_]*)"?\s*\.\s*"?([a-z][a-z0-9_]*)"?/gi)
  return [...names].map(([, bucket = '', table = '']) => ({ bucket: bucket.toLowerCase(), table: table.toLowerCase() }))
}

/** The place in a text that so many bytes of its UTF-8 lie before. */
export function placeOfByte(text: string, bytes: number): number {
  const whole = new TextEncoder().encode(text)
  return new TextDecoder().decode(whole.subarray(0, Math.max(0, bytes))).length
}
