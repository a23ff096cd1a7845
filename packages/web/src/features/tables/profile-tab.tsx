import { Anchor, Text } from '@mantine/core'
import type { ColumnProfile, TableProfile } from '@keyhold/contract'
import { Link } from '@tanstack/react-router'
import type { Table } from '../../api/catalogue.ts'
import { useData } from '../../api/use-data.ts'
import { Empty } from '../../ui/empty.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { BlockSkeleton } from '../../ui/skeletons.tsx'
import { ColumnCard } from '../import/column-card.tsx'
import classes from './profile-tab.module.css'

/** What is in each column: made in the data plane, as this person, and sealed to this browser. */
export function ProfileTab({ project, table }: { readonly project: string; readonly table: Table }) {
  const { bucket, name, sequence } = table
  const profile = useData(project, 'table.profile', { bucket, table: name }, (answer) => answer as TableProfile, {
    enabled: sequence > 0,
    staleTime: 60_000,
  })
  if (sequence === 0) return <Empty title="Nothing in it yet" about="A profile is made of rows." />
  if (profile.error !== null) return <ProblemAlert error={profile.error} onRetry={() => void profile.refetch()} />
  if (profile.data === undefined) return <Waiting columns={table.columns.length} />
  const { rows, columns } = profile.data
  return (
    <>
      <Text c="dimmed" mb="sm">
        Made in your data plane, opened here.{' '}
        <Anchor
          underline="always"
          renderRoot={(props) => (
            <Link to="/p/$project/import/$bucket/$table" params={{ project, bucket, table: name }} {...props} />
          )}
        >
          Three charts of it
        </Anchor>
      </Text>
      <div className={classes.cards}>
        {columns.map((column: ColumnProfile) => (
          <ColumnCard key={column.name} column={column} rows={rows} type={column.type} />
        ))}
      </div>
    </>
  )
}

function Waiting({ columns }: { readonly columns: number }) {
  return (
    <div className={classes.cards}>
      {Array.from({ length: columns }, (_, index) => (
        <BlockSkeleton key={index} height={236} />
      ))}
    </div>
  )
}
