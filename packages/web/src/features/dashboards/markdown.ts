/**
 * The subset of Markdown that text tiles know: headings, paragraphs, lists, quotations, rules, **strong**, *emphasis*,
 * `code` and links to web pages. It becomes a tree that is drawn as elements; there is no way to write markup.
 */
export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly parts: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly parts: readonly Inline[] }

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly parts: readonly Inline[] }
  | { readonly kind: 'paragraph' | 'quote'; readonly parts: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'rule' }

const heading = /^(#{1,3}) +(.+)$/
const bullet = /^ {0,3}[-*] +(.+)$/
const numbered = /^ {0,3}\d{1,3}[.)] +(.+)$/
const quote = /^> ?(.*)$/
const rule = /^(-{3,}|\*{3,})$/

export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = []
  for (const chunk of text.replace(/\r\n?/g, '\n').split(/\n[ \t]*\n/)) {
    const lines = chunk.split('\n').filter((line) => line.trim() !== '')
    while (lines.length > 0) blocks.push(takeBlock(lines))
  }
  return blocks
}

/** Takes the lines of the next block away from the front. */
function takeBlock(lines: string[]): Block {
  const [first = ''] = lines
  const title = heading.exec(first)
  if (title !== null) {
    lines.shift()
    const level = (title[1] ?? '#').length as 1 | 2 | 3
    return { kind: 'heading', level, parts: parseInline(title[2] ?? '') }
  }
  if (rule.test(first.trim())) {
    lines.shift()
    return { kind: 'rule' }
  }
  for (const [pattern, ordered] of [[bullet, false] as const, [numbered, true] as const]) {
    if (pattern.test(first)) {
      const items = takeWhile(lines, pattern).map((item) => parseInline(item))
      return { kind: 'list', ordered, items }
    }
  }
  if (quote.test(first)) return { kind: 'quote', parts: parseInline(takeWhile(lines, quote).join(' ')) }
  return { kind: 'paragraph', parts: parseInline(takeParagraph(lines).join(' ')) }
}

function takeWhile(lines: string[], pattern: RegExp): string[] {
  const taken: string[] = []
  while (lines.length > 0) {
    const match = pattern.exec(lines[0] ?? '')
    if (match === null) break
    taken.push(match[1] ?? '')
    lines.shift()
  }
  return taken
}

function takeParagraph(lines: string[]): string[] {
  const taken = [lines.shift() ?? '']
  while (lines.length > 0 && ![heading, bullet, numbered, quote].some((pattern) => pattern.test(lines[0] ?? ''))) {
    taken.push(lines.shift() ?? '')
  }
  return taken
}

/** The earliest mark wins; what it holds is parsed in turn. */
const marks = /`([^`]+)`|\*\*(.+?)\*\*|\*([^\s*](?:[^*]*[^\s*])?)\*|\[([^\]]+)\]\(([^()\s]+)\)/

export function parseInline(text: string, depth = 0): Inline[] {
  const match = depth > 8 ? null : marks.exec(text)
  if (match === null) return text === '' ? [] : [{ kind: 'text', text }]
  const before = text.slice(0, match.index)
  const after = text.slice(match.index + match[0].length)
  return [
    ...(before === '' ? [] : [{ kind: 'text' as const, text: before }]),
    readMark(match, depth),
    ...parseInline(after, depth),
  ]
}

function readMark([whole, code, strong, emphasis, label, address]: RegExpExecArray, depth: number): Inline {
  if (code !== undefined) return { kind: 'code', text: code }
  if (strong !== undefined) return { kind: 'strong', parts: parseInline(strong, depth + 1) }
  if (emphasis !== undefined) return { kind: 'emphasis', parts: parseInline(emphasis, depth + 1) }
  const href = webAddress(address ?? '')
  if (href === undefined) return { kind: 'text', text: whole }
  return { kind: 'link', href, parts: parseInline(label ?? '', depth + 1) }
}

/** Only pages of the web: no script, no data. */
function webAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined
}
