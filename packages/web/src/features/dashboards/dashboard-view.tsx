import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useFullscreenElement } from '@mantine/hooks'
import LayoutDashboard from 'lucide-react/icons/layout-dashboard'
import Maximize from 'lucide-react/icons/maximize'
import Minimize from 'lucide-react/icons/minimize'
import PencilRuler from 'lucide-react/icons/pencil-ruler'
import Printer from 'lucide-react/icons/printer'
import RefreshCw from 'lucide-react/icons/refresh-cw'
import { useIsFetching } from '@tanstack/react-query'
import { useMemo, type ReactNode } from 'react'
import { useMayAsk } from '../../api/may.ts'
import { queryClient } from '../../api/query-client.ts'
import { Empty } from '../../ui/empty.tsx'
import { useFragment } from '../../ui/fragment-state.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import type { Dashboard } from './dashboard-body.ts'
import classes from './dashboard-view.module.css'
import { FilterBar } from './filter-bar.tsx'
import { readValues } from './filter-state.ts'
import { ViewGrid } from './view-grid.tsx'

type Props = { readonly project: string; readonly dashboard: Dashboard; readonly onEdit: () => void }

export function DashboardView({ project, dashboard, onEdit }: Props) {
  const { ref, toggle, fullscreen } = useFullscreenElement<HTMLDivElement>()
  const [fragment] = useFragment()
  const maySave = useMayAsk('document.save')
  const { tiles, filters } = dashboard.body
  const values = useMemo(() => readValues(filters, fragment), [filters, fragment])
  return (
    <div ref={ref} className={classes.dashboard}>
      <PageHeader
        title={dashboard.title}
        {...(dashboard.body.description === '' ? {} : { about: dashboard.body.description })}
        actions={
          <div className={classes.actions}>
            <AskAgain project={project} />
            <Act label="Print" onClick={() => globalThis.print()}>
              <Printer size={16} aria-hidden="true" />
            </Act>
            <Act label={fullscreen ? 'Leave full screen' : 'Full screen'} onClick={() => void toggle()}>
              {fullscreen ? <Minimize size={16} aria-hidden="true" /> : <Maximize size={16} aria-hidden="true" />}
            </Act>
            {maySave && (
              <Button variant="default" leftSection={<PencilRuler size={15} aria-hidden="true" />} onClick={onEdit}>
                Edit
              </Button>
            )}
          </div>
        }
      />
      <FilterBar project={project} filters={filters} />
      {tiles.length === 0 ? (
        <Empty
          icon={<LayoutDashboard size={22} />}
          title="Nothing on it yet"
          about="Put reports on it, and words between them."
          action={maySave && <Button onClick={onEdit}>Edit</Button>}
        />
      ) : (
        <ViewGrid project={project} tiles={tiles} values={values} />
      )}
    </div>
  )
}

/** On its own: that something is being asked renders no tile anew. */
function AskAgain({ project }: { readonly project: string }) {
  const results = ['result', project]
  const busy = useIsFetching({ queryKey: results }) > 0
  return (
    <Act label="Ask all again" onClick={() => void queryClient.invalidateQueries({ queryKey: results })} busy={busy}>
      <RefreshCw size={16} aria-hidden="true" />
    </Act>
  )
}

type ActProps = {
  readonly label: string
  readonly onClick: () => void
  readonly busy?: boolean
  readonly children: ReactNode
}

function Act({ label, onClick, busy = false, children }: ActProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={36} aria-label={label} loading={busy} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
