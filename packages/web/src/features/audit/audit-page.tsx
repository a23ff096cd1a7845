import { useEffect } from 'react'
import { useFragment } from '../../ui/fragment-state.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { EntryDrawer } from './entry-drawer.tsx'
import { EntryList } from './entry-list.tsx'
import { ExportButton } from './export-button.tsx'
import { LogStrip } from './log-strip.tsx'
import { SavedViews } from './saved-views.tsx'
import { askWholeLog, useLogState } from './log-worker.ts'
import { useNames } from './use-names.ts'
import { useSearch } from './use-search.ts'

/** CLU-13, KEB-19, KH-02: the whole log in this browser, verified, searched as one types, each entry with its proof. */
export function AuditPage() {
  const [fragment, setFragment] = useFragment()
  const names = useNames()
  const found = useSearch(fragment, names)
  const state = useLogState()
  useEffect(askWholeLog, [])
  const opened = fragment['entry'] === undefined ? null : Number(fragment['entry'])
  return (
    <>
      <PageHeader
        title="Audit"
        about="Every act, in a log that only grows. It is all here in your browser, and checked here."
        actions={
          <>
            <SavedViews />
            <ExportButton indices={found?.indices ?? null} />
          </>
        }
      />
      <LogStrip state={state} />
      <AuditFilters actions={found?.actions ?? []} names={names} routine={found?.routine ?? 0} />
      <EntryList
        indices={found?.indices ?? null}
        names={names}
        opened={opened}
        fault={state.fault?.index ?? null}
        onOpen={(index) => setFragment({ entry: String(index) })}
      />
      <EntryDrawer index={opened} names={names} onClose={() => setFragment({ entry: null })} />
    </>
  )
}
