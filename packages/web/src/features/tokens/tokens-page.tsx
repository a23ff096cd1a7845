import { Code, Text } from '@mantine/core'
import type { CallOutput } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import KeyRound from 'lucide-react/icons/key-round'
import { api } from '../../api/client.ts'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { formatMoment } from '../../ui/format.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'

type Token = CallOutput<'listTokens'>['tokens'][number]

const columns: readonly ListColumn<Token>[] = [
  { key: 'name', title: 'Token', cell: ({ name }) => <Text fw={550}>{name}</Text> },
  {
    key: 'scopes',
    title: 'May',
    cell: ({ scopes }) => scopes.map(({ bucket, access }) => `${access} ${bucket}`).join(', '),
  },
  {
    key: 'expires',
    title: 'Until',
    numeric: true,
    secondary: true,
    cell: ({ revoked, expires }) => (revoked === null ? formatMoment(expires) : 'revoked'),
  },
  {
    key: 'used',
    title: 'Last used',
    numeric: true,
    cell: ({ lastUsed }) => (lastUsed === null ? 'never' : <Time value={lastUsed} c="dimmed" />),
  },
]

export function TokensPage() {
  const tokens = useQuery({
    queryKey: ['tokens'],
    queryFn: async () => (await api.call('listTokens', {})).tokens,
  })
  return (
    <>
      <PageHeader title="Tokens" about="For programs: limited to buckets, and always expiring." />
      <Panel flush>
        <DataList
          label="Tokens"
          items={tokens.data}
          error={tokens.error}
          onRetry={() => void tokens.refetch()}
          keyOf={({ id }) => id}
          columns={columns}
          empty={
            <Empty
              icon={<KeyRound size={22} />}
              title="No tokens yet"
              about={
                <>
                  In a shell: <Code>npx keyhold tokens create NAME --scope bucket:read</Code>
                </>
              }
            />
          }
        />
      </Panel>
    </>
  )
}
