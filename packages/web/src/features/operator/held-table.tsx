import type { CallOutput } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { tablesOptions, type Table } from '../../api/catalogue.ts'
import { formatBytes, formatCount } from '../../ui/format.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import classes from './held-table.module.css'
import { HexTexture } from './hex-texture.tsx'
import { decodeHeld } from './held-field.ts'
import { Envelope } from './sealed-bytes.tsx'
import { RowsPanel } from './rows-panel.tsx'

type HeldObject = CallOutput<'readOperatorView'>['objects'][number]

const shownObjects = 3

/** One table: its columns by name, and where its rows would be, the bytes that the operator has. */
export function HeldTable({ project, table }: { readonly project: string; readonly table: string }) {
  const known = useQuery(tablesOptions(project)).data?.find(({ id }) => id === table)
  const view = useQuery({
    queryKey: ['operator-view', project, table],
    queryFn: () => api.call('readOperatorView', { params: { project, table } }),
    staleTime: 0,
  })
  if (view.error !== null) return <ProblemAlert error={view.error} onRetry={() => void view.refetch()} />
  if (view.data === undefined) return <BlockSkeleton height={320} />
  return (
    <>
      {known !== undefined && <SealedRows table={known} objects={view.data.objects} />}
      {sortTables(Object.entries(view.data.rows)).map(([name, rows]) => (
        <RowsPanel key={name} table={name} rows={rows} cut={false} />
      ))}
    </>
  )
}

function SealedRows({ table, objects }: { readonly table: Table; readonly objects: readonly HeldObject[] }) {
  return (
    <section className={classes.panel} aria-label="The table’s rows">
      <ul className={classes.columns} aria-label="Columns, in clear">
        {table.columns.map(({ name, type }) => (
          <li key={name} className={classes.column}>
            <span className={classes.name}>{name}</span>
            <span className={classes.type}>{type}</span>
          </li>
        ))}
      </ul>
      <div className={classes.rows}>
        {objects.slice(0, shownObjects).map((object) => (
          <div key={object.id}>
            <HexTexture
              bytes={decodeHeld(object.bodyBytes)}
              length={object.length - object.header.length}
              protection="sealed"
              lines={12}
            />
            <Envelope header={object.header} />
          </div>
        ))}
      </div>
      <p className={classes.foot}>
        {formatCount(table.rows)} rows in {formatCount(objects.length)} sealed {objects.length === 1 ? 'file' : 'files'}
        , {formatBytes(table.bytes)}. Their beginnings, as they are stored: each is one ciphertext, with no rows or
        columns in sight.
      </p>
    </section>
  )
}

const order = ['tables', 'snapshots', 'uploads', 'wrapped_keys', 'data_files', 'objects', 'jobs']

/** What is of the table itself comes first. */
function sortTables<T>(entries: readonly (readonly [string, T])[]): (readonly [string, T])[] {
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  return entries.toSorted(([a], [b]) => rank(a) - rank(b))
}
