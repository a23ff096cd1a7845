import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assert as check, property, string } from 'fast-check'
import { parseInline, parseMarkdown, type Block, type Inline } from './markdown.ts'

/** Every letter that a reader would see. */
function wordsOf(nodes: readonly (Block | Inline)[]): string {
  return nodes
    .map((node) => {
      if ('text' in node) return node.text
      if ('parts' in node) return wordsOf(node.parts)
      return node.kind === 'list' ? node.items.map((item) => wordsOf(item)).join(' ') : ''
    })
    .join('')
}

test('headings, paragraphs, lists, quotations and rules are blocks', () => {
  const text = '## Title\nOne line\nand its next.\n\n- a\n- b\n\n1. c\n2) d\n> said\n\n---'
  assert.deepEqual(
    parseMarkdown(text).map((block) => block.kind),
    ['heading', 'paragraph', 'list', 'list', 'quote', 'rule'],
  )
  assert.equal(wordsOf(parseMarkdown(text)), 'TitleOne line and its next.a bc dsaid')
})

test('marks may stand in each other', () => {
  assert.deepEqual(parseInline('a **b *c*** `d*e*` *f*'), [
    { kind: 'text', text: 'a ' },
    { kind: 'strong', parts: [{ kind: 'text', text: 'b *c' }] },
    { kind: 'text', text: '* ' },
    { kind: 'code', text: 'd*e*' },
    { kind: 'text', text: ' ' },
    { kind: 'emphasis', parts: [{ kind: 'text', text: 'f' }] },
  ])
  assert.deepEqual(parseInline('2 * 3 * 4'), [{ kind: 'text', text: '2 * 3 * 4' }])
})

test('a link leads to a page of the web or is only text', () => {
  const [link] = parseInline('[the *data*](https://example.org/x?y=1)')
  assert.ok(link?.kind === 'link')
  assert.equal(link.href, 'https://example.org/x?y=1')
  for (const address of ['javascript:alert(1)', 'data:text/html,x', '//example.org', 'JaVaScRiPt:1', '/p/1']) {
    assert.deepEqual(parseInline(`[x](${address})`), [{ kind: 'text', text: `[x](${address})` }])
  }
})

test('markup is text like any other', () => {
  assert.equal(wordsOf(parseMarkdown('<img src=x onerror=alert(1)> & <b>')), '<img src=x onerror=alert(1)> & <b>')
})

test('any text is parsed, at once', () => {
  check(property(string({ maxLength: 400 }), (text) => void parseMarkdown(text)))
  const started = performance.now()
  parseMarkdown('*'.repeat(20_000))
  parseMarkdown('[a]('.repeat(5_000))
  parseMarkdown('**a '.repeat(5_000))
  assert.ok(performance.now() - started < 1_000)
})
