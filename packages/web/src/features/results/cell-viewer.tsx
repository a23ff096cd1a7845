import { ActionIcon } from '@mantine/core'
import type { ResultTable } from '@keyhold/client'
import X from 'lucide-react/icons/x'
import { CopyButton } from '../../ui/copy-button.tsx'
import { prettyText } from './cell-text.ts'
import classes from './cell-viewer.module.css'

type Props = {
  readonly result: ResultTable
  readonly column: number
  readonly row: number
  readonly onClose: () => void
}

/** A whole value, beside the grid: it follows the focus. */
export function CellViewer({ result, column, row, onClose }: Props) {
  const { name, type } = result.columns[column] ?? { name: '', type: '' }
  const text = prettyText(result, column, row)
  return (
    <aside className={classes.viewer} aria-label="Value">
      <header className={classes.viewerHeader}>
        <div className={classes.viewerTitle}>
          <strong>{name}</strong>
          <span>
            {type.toLowerCase()}, row {(row + 1).toLocaleString('en-US')}
          </span>
        </div>
        {text !== null && <CopyButton value={text} label="Copy the value" />}
        <ActionIcon variant="subtle" color="gray" aria-label="Close the value" onClick={onClose}>
          <X size={16} />
        </ActionIcon>
      </header>
      {/* A scrolled region must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={classes.viewerText} tabIndex={0} data-null={text === null || undefined}>
        {text ?? 'NULL'}
      </pre>
    </aside>
  )
}
