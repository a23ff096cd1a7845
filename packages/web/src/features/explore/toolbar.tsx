import { ActionIcon, Button, Tooltip } from '@mantine/core'
import FolderOpen from 'lucide-react/icons/folder-open'
import History from 'lucide-react/icons/history'
import PanelLeft from 'lucide-react/icons/panel-left'
import Play from 'lucide-react/icons/play'
import { useMayAsk } from '../../api/may.ts'
import Save from 'lucide-react/icons/save'
import Square from 'lucide-react/icons/square'
import WandSparkles from 'lucide-react/icons/wand-sparkles'
import type { ReactNode } from 'react'
import { Shortcut } from '../../ui/shortcut.tsx'
import classes from './toolbar.module.css'
import type { Run } from './use-runs.ts'
import type { Tab } from './workbench.ts'

type Props = {
  readonly tab: Tab
  readonly run: Run | null
  readonly onRun: () => void
  readonly onCancel: () => void
  readonly onFormat: () => void
  readonly onBrowse: () => void
  readonly onDialog: (dialog: 'history' | 'open' | 'save') => void
  readonly onToSql: () => void
}

/** What can be done with the active tab. */
export function Toolbar({ tab, run, onRun, onCancel, onFormat, onBrowse, onDialog, onToSql }: Props) {
  const maySave = useMayAsk('document.save')
  const mayOpen = useMayAsk('document.read')
  return (
    <div role="toolbar" aria-label="Query" className={classes.toolbar}>
      <Tool
        className={classes.browse ?? ''}
        label="Tables"
        icon={<PanelLeft size={16} aria-hidden="true" />}
        onClick={onBrowse}
      />
      <RunButton running={run?.running === true} disabled={tab.sql.trim() === ''} onRun={onRun} onCancel={onCancel} />
      {tab.mode === 'sql' ? (
        <Tool
          label="Lay out the SQL (Shift-Alt-F)"
          icon={<WandSparkles size={16} aria-hidden="true" />}
          onClick={onFormat}
        />
      ) : (
        <Button size="xs" variant="subtle" disabled={tab.question === null} onClick={onToSql}>
          Go on in SQL
        </Button>
      )}
      <div className={classes.end}>
        <Tool label="History" icon={<History size={16} aria-hidden="true" />} onClick={() => onDialog('history')} />
        {mayOpen && (
          <Tool
            label="Open a report"
            icon={<FolderOpen size={16} aria-hidden="true" />}
            onClick={() => onDialog('open')}
          />
        )}
        {maySave && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Save size={14} aria-hidden="true" />}
            disabled={tab.sql.trim() === ''}
            onClick={() => onDialog('save')}
          >
            Save
          </Button>
        )}
      </div>
    </div>
  )
}

type RunProps = Pick<Props, 'onRun' | 'onCancel'> & { readonly running: boolean; readonly disabled: boolean }

function RunButton({ running, disabled, onRun, onCancel }: RunProps) {
  if (running) {
    const icon = <Square size={12} aria-hidden="true" />
    return (
      <Button size="xs" color="wax" variant="light" leftSection={icon} onClick={onCancel}>
        Cancel
      </Button>
    )
  }
  return (
    <Button
      size="xs"
      leftSection={<Play size={13} aria-hidden="true" />}
      rightSection={
        <span className={classes.hint}>
          <Shortcut keys={['mod', 'Enter']} />
        </span>
      }
      disabled={disabled}
      onClick={onRun}
    >
      Run
    </Button>
  )
}

type ToolProps = {
  readonly label: string
  readonly icon: ReactNode
  readonly onClick: () => void
  readonly className?: string
}

function Tool({ label, icon, onClick, className = '' }: ToolProps) {
  return (
    <Tooltip label={label} withinPortal>
      <ActionIcon variant="subtle" color="gray" size="md" className={className} aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  )
}
