import { HighlightStyle } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The page's tokens in the editor; both schemes follow by themselves. */
export const editorTheme = EditorView.theme({
  '&': { height: '100%', color: 'var(--kh-ink)', backgroundColor: 'var(--kh-surface)', fontSize: '13.5px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--kh-mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--kh-ink)' },
  '.cm-line': { padding: '0 12px' },
  '.cm-cursor': { borderLeftColor: 'var(--kh-ink)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'var(--kh-surface)', color: 'var(--kh-muted)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '34px', padding: '0 4px 0 8px', fontSize: '11.5px' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in oklab, var(--kh-sunken) 55%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--kh-ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in oklab, var(--kh-accent) 24%, transparent)',
  },
  '.cm-selectionMatch': { backgroundColor: 'color-mix(in oklab, var(--kh-accent) 14%, transparent)' },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--kh-accent-soft)',
    outline: '1px solid var(--kh-line-strong)',
  },
  '.cm-placeholder': { color: 'var(--kh-muted)' },
  '.cm-tooltip': {
    color: 'var(--kh-ink)',
    backgroundColor: 'var(--kh-surface)',
    border: '1px solid var(--kh-line-strong)',
    borderRadius: '8px',
    boxShadow: 'var(--kh-shadow)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--kh-mono)', fontSize: '12.5px', maxHeight: '15em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: 'var(--kh-ink)',
    backgroundColor: 'var(--kh-accent-soft)',
  },
  '.cm-completionDetail': { marginLeft: '1.2em', color: 'var(--kh-muted)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--kh-accent)', fontWeight: '600' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--kh-wax)', fontFamily: 'var(--kh-sans)', padding: '6px 10px' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--kh-wax)',
    textUnderlineOffset: '3px',
  },
  '.cm-panels': { color: 'var(--kh-ink)', backgroundColor: 'var(--kh-sunken)' },
  '.cm-panels input, .cm-panels button': { fontFamily: 'var(--kh-sans)' },
})

export const highlightStyle = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--kh-accent)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--kh-warn)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--kh-number)' },
  { tag: [tags.lineComment, tags.blockComment], color: 'var(--kh-muted)', fontStyle: 'italic' },
  { tag: [tags.standard(tags.name), tags.typeName], color: 'var(--kh-function)' },
  { tag: tags.special(tags.name), color: 'var(--kh-wax)', fontWeight: '600' },
  { tag: [tags.operator, tags.punctuation], color: 'var(--kh-muted)' },
])
