import { CopyButton } from '../../ui/copy-button.tsx'
import classes from './snippet.module.css'

/** Commands for a shell, to be copied whole. */
export function Snippet({ text }: { readonly text: string }) {
  return (
    <div className={classes.snippet}>
      <pre>{text}</pre>
      <CopyButton value={text} label="Copy the commands" />
    </div>
  )
}
