import { Button, Group, Text } from '@mantine/core'
import type { Token } from '@keyhold/client'
import { useQuery } from '@tanstack/react-query'
import KeyRound from 'lucide-react/icons/key-round'
import { useMay } from '../../api/may.ts'
import { peopleOptions } from '../../api/people.ts'
import { useProjects } from '../../api/projects.ts'
import { useSession } from '../../api/use-data.ts'
import { DataList, type ListColumn } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { formatMoment } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { useNow } from '../../ui/use-now.ts'
import { isMadeByGone, MadeByGone } from './made-by-gone.tsx'
import { RotateToken } from './rotate-token.tsx'
import { RevokeToken } from './revoke-token.tsx'
import { ownTokensOptions, tokensOptions } from './token-options.ts'
import { describeTerms } from './token-scopes.ts'
import classes from './tokens-page.module.css'

type Props = {
  readonly onNew: () => void
  /** The person's own alone, which is what most roles may see. */
  readonly own: boolean
}

/** Tokens of the organisation or of the person, those that still work first. */
export function TokensPanel({ onNew, own }: Props) {
  const tokens = useQuery(own ? ownTokensOptions : tokensOptions)
  const now = useNow()
  const mayManage = useMay('token.manage') || own
  const live = (token: Token): boolean => token.revoked === null && Date.parse(token.expires) > now
  return (
    <Panel title={own ? 'Your tokens' : 'Programs'} flush>
      {!own && <MadeByGone live={(tokens.data ?? []).filter(live)} />}
      <DataList
        label="Tokens"
        items={tokens.data?.toSorted((a, b) => Number(live(b)) - Number(live(a)) || (a.created < b.created ? 1 : -1))}
        error={tokens.error}
        onRetry={() => void tokens.refetch()}
        keyOf={({ id }) => id}
        columns={useColumns(live, mayManage)}
        empty={
          <Empty
            icon={<KeyRound size={22} />}
            title="No tokens yet"
            about={
              own
                ? 'A program that works for you has a token of yours: it may never do more than you, and ends with your membership.'
                : 'A program that loads or asks has a token of its own, for the buckets that it needs and no others.'
            }
            action={
              mayManage && (
                <Button variant="default" onClick={onNew}>
                  Make a token
                </Button>
              )
            }
          />
        }
      />
    </Panel>
  )
}

function useColumns(live: (token: Token) => boolean, mayManage: boolean): readonly ListColumn<Token>[] {
  const { self } = useSession()
  const people = useQuery(peopleOptions).data
  const isMine = ({ person }: Token): boolean => person === self.id
  const projects = new Map(useProjects().map(({ id, name }) => [id, name]))
  return [
    {
      key: 'name',
      title: 'Token',
      cell: (token) => (
        <span className={classes.names} data-live={live(token)}>
          <Text span fw={550}>
            {token.name}
          </Text>
          <Text span size="xs" c="dimmed">
            {projects.get(token.project) ?? 'another project'}
            {token.kind === 'usr' && (isMine(token) ? ', your own' : ', a person’s own')}
            {people !== undefined &&
              live(token) &&
              isMadeByGone(token, people) &&
              ', made by somebody who is no member'}
          </Text>
        </span>
      ),
    },
    { key: 'scopes', title: 'May', cell: (token) => describeTerms(token) },
    {
      key: 'created',
      title: 'Made',
      numeric: true,
      secondary: true,
      cell: ({ created }) => <Time value={created} c="dimmed" />,
    },
    {
      key: 'expires',
      title: 'Until',
      numeric: true,
      secondary: true,
      cell: (token) => <Ends token={token} live={live(token)} />,
    },
    {
      key: 'used',
      title: 'Last used',
      numeric: true,
      cell: (token) => <LastUse token={token} />,
    },
    {
      key: 'act',
      title: 'Acts',
      quiet: true,
      numeric: true,
      cell: (token) =>
        mayManage &&
        live(token) && (
          <Group gap={6} justify="flex-end">
            {(token.kind === 'svc' || isMine(token)) && <RotateToken token={token} />}
            <RevokeToken token={token} own={isMine(token)} />
          </Group>
        ),
    },
  ]
}

function LastUse({ token: { lastUsed, lastUsedFrom } }: { readonly token: Token }) {
  if (lastUsed === null) return <Text c="dimmed">never</Text>
  return (
    <span className={classes.names}>
      <Time value={lastUsed} c="dimmed" />
      {lastUsedFrom !== null && (
        <Text span size="xs" c="dimmed">
          from {lastUsedFrom}
        </Text>
      )}
    </span>
  )
}

function Ends({ token, live }: { readonly token: Token; readonly live: boolean }) {
  if (token.revoked !== null) return <span className={classes.ended}>revoked</span>
  if (!live) return <span className={classes.ended}>expired</span>
  return <>{formatMoment(token.expires)}</>
}
