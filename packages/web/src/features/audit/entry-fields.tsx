import { Button } from '@mantine/core'
import type { LedgerEntry } from '@keyhold/ledger'
import type { ReactNode } from 'react'
import { useFragment } from '../../ui/fragment-state.ts'
import { KeyValue } from '../../ui/key-value.tsx'
import { nameActor, type Names } from './describe-entry.ts'
import classes from './entry-drawer.module.css'
import type { ListedEntry } from './log-book.ts'

type Props = { readonly entry: LedgerEntry; readonly listed: ListedEntry; readonly names: Names }

/** OCSF names of activities of class 6003. */
const activities: Readonly<Record<number, string>> = { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete', 99: 'Other' }

/** The entry's fields in the words of OCSF, with ways to everything else of the same actor and object. */
export function EntryFields({ entry, listed, names }: Props) {
  const { actor, object, origin, details } = entry
  const activity = `${entry.activity_id} ${activities[entry.activity_id] ?? ''}`
  return (
    <KeyValue
      items={[
        ['Time', entry.time],
        [
          'Action',
          <code key="a" className={classes.code}>
            {entry.action}
          </code>,
        ],
        ['Outcome', entry.code === null ? entry.outcome : `${entry.outcome}: ${entry.code}`],
        [
          'Actor',
          <Linked
            key="w"
            words={`${nameActor(entry, names, listed.disclosures)} (${actor.kind})`}
            filter={{ actor: actor.id ?? actor.kind }}
          />,
        ],
        ...(object === null
          ? []
          : [
              [
                'Object',
                <Linked
                  key="o"
                  words={`${names.get(object.id) ?? object.id} (${object.kind})`}
                  filter={{ object: object.id }}
                />,
              ] as const,
            ]),
        ['Class', `${entry.class_uid} API Activity, category ${entry.category_uid}, activity ${activity}`],
        [
          'Written by',
          origin === 'control' ? 'the control plane' : `the data plane, number ${origin.sequence} of its own chain`,
        ],
        ...Object.entries(details).map(
          ([name, value]) => [name, <Detail key={name} value={value} names={names} />] as readonly [string, ReactNode],
        ),
      ]}
    />
  )
}

function Linked({ words, filter }: { readonly words: string; readonly filter: Readonly<Record<string, string>> }) {
  const [, setFragment] = useFragment()
  const others = { q: null, action: null, outcome: null, actor: null, object: null, since: null }
  return (
    <>
      {words}{' '}
      <Button
        size="compact-xs"
        variant="subtle"
        onClick={() => setFragment({ ...others, ...filter, entry: null, routine: 'shown' }, { push: true })}
      >
        All entries
      </Button>
    </>
  )
}

function Detail({ value, names }: { readonly value: LedgerEntry['details'][string]; readonly names: Names }) {
  const text = Array.isArray(value) ? value.join(', ') : String(value)
  const name = names.get(text)
  if (name !== undefined) return <>{name}</>
  return <code className={classes.code}>{text}</code>
}
