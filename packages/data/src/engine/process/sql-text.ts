/** Pieces of SQL text: quoting, and a scanner that knows where literals and comments are. */

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A column as its type. NULL text cast to a UNION would become a UNION that holds NULL, and is not NULL any more. */
export function castColumn({ name, type }: { readonly name: string; readonly type: string }): string {
  const cast = `CAST(${quoteName(name)} AS ${type})`
  return type.startsWith('UNION(') ? `CASE WHEN ${quoteName(name)} IS NOT NULL THEN ${cast} END` : cast
}

/** Whether text can only be a type: words, numbers, quoted names, balanced brackets. Keeps types from smuggling SQL. */
export function isTypeText(text: string): boolean {
  const bare = text.replaceAll(/"(?:[^"]|"")*"/g, 'q').replaceAll(/'(?:[^']|'')*'/g, '#')
  if (!/^[A-Za-z][\w ,.()[\]#]*$/.test(bare)) return false
  let depth = 0
  for (const character of bare) {
    if (character === '(' || character === '[') depth += 1
    if (character === ')' || character === ']') depth -= 1
    // Texts stand in brackets only: the values of an ENUM.
    if (depth < 0 || (character === '#' && depth === 0)) return false
  }
  return depth === 0
}

/** Literals, quoted names, dollar quotes and comments: whatever may hold a semicolon or a keyword that means nothing. */
const opaque = new RegExp(
  [
    String.raw`[eE]'(?:[^'\\]|\\.|'')*'`,
    String.raw`'(?:[^']|'')*'`,
    String.raw`"(?:[^"]|"")*"`,
    String.raw`(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1`,
    String.raw`--[^\n]*`,
    String.raw`/\*[\s\S]*?\*/`,
  ].join('|'),
  'g',
)

/** The same text with literals, quoted names and comments blanked, so that offsets still hold. */
export function blankOpaque(sql: string): string {
  return sql.replaceAll(opaque, (match) => ' '.repeat(match.length))
}

/** The one statement in the text without its closing semicolon, or null when there is more than one. */
export function takeStatement(sql: string): string | null {
  const bare = blankOpaque(sql)
  const end = bare.indexOf(';')
  if (end < 0) return sql
  return /^[\s;]*$/.test(bare.slice(end)) ? sql.slice(0, end) : null
}

/** The first keyword in lower case, comments and opening brackets skipped. */
export function firstKeyword(sql: string): string {
  return /^[\s(]*([A-Za-z_]+)/.exec(blankOpaque(sql))?.[1]?.toLowerCase() ?? ''
}
