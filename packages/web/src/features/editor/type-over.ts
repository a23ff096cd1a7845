import { EditorView } from '@codemirror/view'

/**
 * What is typed over a selection goes into the text by way of the editor. Chromium would put it into the page itself, in
 * an element whose style attribute keeps the colour of what was there, which the content security policy refuses.
 */
export const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data, inputType } = event
    if (inputType !== 'insertText' || data === null || view.composing) return false
    // The page's own selection: the editor may hear of it only later.
    const selected = document.getSelection()
    if (selected === null || selected.isCollapsed || selected.rangeCount === 0) return false
    const range = selected.getRangeAt(0)
    const from = view.posAtDOM(range.startContainer, range.startOffset)
    const to = view.posAtDOM(range.endContainer, range.endOffset)
    const insert = () =>
      view.state.update({
        changes: { from, to, insert: data },
        selection: { anchor: from + data.length },
        scrollIntoView: true,
        userEvent: 'input.type',
      })
    event.preventDefault()
    const handled = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, data, insert))
    if (!handled) view.dispatch(insert())
    return true
  },
})
