import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  type CompletionContext,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { sql as sqlLanguage } from '@codemirror/lang-sql'
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, Prec, Transaction } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { readNonce } from '../../ui/nonce.ts'
import { completeSql, type KnownTable } from './complete-sql.ts'
import { duckdbDialect } from './duckdb-dialect.ts'
import { editorTheme, highlightStyle } from './editor-theme.ts'
import classes from './sql-editor.module.css'
import { typeOver } from './type-over.ts'

/** A fault in the text: `from` and `to` are places in it. */
export type Fault = { readonly from: number; readonly to: number; readonly message: string }

/** What is selected, and where the cursor is. */
export type EditorPlace = { readonly from: number; readonly to: number; readonly at: number }

export type EditorHandle = {
  readonly insert: (text: string) => void
  readonly place: () => EditorPlace
  readonly focus: () => void
}

export type SqlEditorProps = {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly tables: readonly KnownTable[]
  readonly fault: Fault | null
  readonly onRun: () => void
  readonly onFormat: () => void
  readonly onReady: (handle: EditorHandle | null) => void
}

/** An editor for the engine's SQL, as large as its place. Ctrl-Enter runs, Shift-Alt-F lays out, Esc then Tab leaves. */
export function SqlEditor(props: SqlEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  // The editor outlives each render: it asks for what is current.
  const current = useRef(props)
  useEffect(() => {
    current.current = props
  })

  useEffect(() => {
    const parent = place.current
    if (parent === null) return
    const editor = new EditorView({ parent, state: createState(current) })
    view.current = editor
    const { onReady } = current.current
    onReady(handleOf(editor))
    return () => {
      onReady(null)
      view.current = null
      editor.destroy()
    }
  }, [])

  useEffect(() => replaceText(view.current, props.value), [props.value])
  useEffect(() => showFault(view.current, props.fault), [props.fault])
  return <div ref={place} className={classes.editor} />
}

/** Only what came from elsewhere: what was typed is there already. */
function replaceText(view: EditorView | null, value: string): void {
  if (view === null || view.state.doc.toString() === value) return
  view.dispatch({
    changes: { from: 0, to: view.state.doc.length, insert: value },
    annotations: Transaction.userEvent.of('replace'),
  })
}

function showFault(view: EditorView | null, fault: Fault | null): void {
  if (view === null) return
  const length = view.state.doc.length
  const diagnostics =
    fault === null
      ? []
      : [
          {
            from: Math.min(fault.from, length),
            to: Math.min(fault.to, length),
            message: fault.message,
            severity: 'error' as const,
          },
        ]
  view.dispatch(setDiagnostics(view.state, diagnostics))
}

function handleOf(view: EditorView): EditorHandle {
  return {
    insert: (text) => {
      view.dispatch(view.state.replaceSelection(text), { userEvent: 'input' })
      view.focus()
    },
    place: () => {
      const { from, to, head } = view.state.selection.main
      return { from, to, at: head }
    },
    focus: () => view.focus(),
  }
}

type Current = { readonly current: SqlEditorProps }

function createState(props: Current): EditorState {
  const run = (view: EditorView): boolean => {
    closeCompletion(view)
    props.current.onRun()
    return true
  }
  const format = (): boolean => {
    props.current.onFormat()
    return true
  }
  const tabLeaves = new Compartment()
  const leave = (view: EditorView): boolean => {
    view.dispatch({ effects: tabLeaves.reconfigure([]) })
    return false
  }
  return EditorState.create({
    doc: props.current.value,
    extensions: [
      EditorView.cspNonce.of(readNonce()),
      EditorView.contentAttributes.of({ 'aria-label': 'SQL', spellcheck: 'false' }),
      Prec.highest(
        keymap.of([
          { key: 'Mod-Enter', run },
          { key: 'Shift-Alt-f', run: format },
          { key: 'Escape', run: leave },
        ]),
      ),
      tabLeaves.of(keymap.of([indentWithTab])),
      lineNumbers(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      highlightSelectionMatches(),
      autocompletion({ override: [completeFrom(props)], icons: false, activateOnTyping: true }),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap]),
      sqlLanguage({ dialect: duckdbDialect }).language,
      syntaxHighlighting(highlightStyle),
      editorTheme,
      placeholder('select … from bucket.table'),
      typeOver,
      EditorView.lineWrapping,
      EditorView.updateListener.of((update) => {
        if (update.docChanged) props.current.onChange(update.state.doc.toString())
        if (update.focusChanged && !update.view.hasFocus) {
          update.view.dispatch({ effects: tabLeaves.reconfigure(keymap.of([indentWithTab])) })
        }
      }),
    ],
  })
}

function completeFrom(props: Current) {
  return ({ state, pos, explicit, view }: CompletionContext) => {
    // Whoever went on to something else wants no offers.
    if (view?.hasFocus !== true) return null
    const offer = completeSql(state.doc.toString(), pos, props.current.tables, explicit)
    return offer === null ? null : { ...offer, validFor: /^"?\w*$/ }
  }
}
