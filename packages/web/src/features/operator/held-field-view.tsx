import { SealedBytes } from './sealed-bytes.tsx'
import { isIdentifier, type HeldField } from './held-field.ts'
import classes from './held-field-view.module.css'

/** One column of one row: its name, and what is held there. */
export function HeldFieldView({ field }: { readonly field: HeldField }) {
  return (
    <div className={classes.field}>
      <dt className={classes.name} title={field.about}>
        {field.column}
      </dt>
      <dd className={classes.value}>
        <Held field={field} />
      </dd>
    </div>
  )
}

function Held({ field }: { readonly field: HeldField }) {
  if (field.kind === 'bytes') {
    const lines = field.length > 40 ? 3 : 1
    return <SealedBytes bytes={field.bytes} length={field.length} protection={field.protection} lines={lines} />
  }
  if (field.kind === 'signed') {
    return (
      <details>
        <summary className={classes.signed}>Signed statement, in clear</summary>
        <pre className={classes.statement}>{field.text}</pre>
      </details>
    )
  }
  if (field.text.length > 90) {
    return <pre className={classes.statement}>{field.text}</pre>
  }
  return (
    <span className={classes.clear} data-id={isIdentifier(field.text)} title={field.text}>
      {field.text}
    </span>
  )
}
