import { Badge, Text } from '@mantine/core'
import type { Person } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import Users from 'lucide-react/icons/users'
import { useState } from 'react'
import { useMay } from '../../api/may.ts'
import { peopleOptions } from '../../api/people.ts'
import { useSession } from '../../api/use-data.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ChangeRole } from './change-role.tsx'
import { LeaveOrganisation } from './leave-organisation.tsx'
import { LeftDevices, type Left } from './left-devices.tsx'
import classes from './members-page.module.css'
import { EndSessions } from './end-sessions.tsx'
import { RemoveMember } from './remove-member.tsx'

/** Everyone in the organisation. Nobody changes the own row, and only owners change owners'. */
export function MembersPanel() {
  const { self } = useSession()
  const manages = useMay('people.manage')
  const people = useQuery({ ...peopleOptions, refetchOnMount: 'always' })
  const [left, setLeft] = useState<Left | null>(null)
  const mayChange = ({ id, role }: Person): boolean =>
    manages && id !== self.id && (self.role === 'owner' || role !== 'owner')
  return (
    <Panel title="Members" flush>
      {left !== null && <LeftDevices left={left} onClose={() => setLeft(null)} />}
      <DataList
        label="Members"
        items={people.data}
        error={people.error}
        onRetry={() => void people.refetch()}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'person',
            title: 'Person',
            cell: (person) => (
              <span className={classes.names}>
                <Text span fw={550}>
                  {person.name ?? person.email}{' '}
                  {person.id === self.id && (
                    <Badge variant="light" tt="none">
                      you
                    </Badge>
                  )}
                  {person.suspended !== null && (
                    <Badge variant="light" color="ochre" tt="none">
                      suspended
                    </Badge>
                  )}
                </Text>
                <Text span size="xs" c="dimmed">
                  {person.email}
                  {person.provisioned && ', provisioned'}
                </Text>
              </span>
            ),
          },
          { key: 'role', title: 'Role', cell: (person) => <RoleOf person={person} /> },
          {
            key: 'since',
            title: 'Since',
            numeric: true,
            secondary: true,
            cell: ({ created }) => <Time value={created} c="dimmed" />,
          },
          {
            key: 'acts',
            title: 'Acts',
            quiet: true,
            numeric: true,
            cell: (person) =>
              person.id === self.id ? (
                <LeaveOrganisation />
              ) : (
                mayChange(person) && (
                  <span className={classes.acts}>
                    <ChangeRole person={person} onLeft={setLeft} />
                    <EndSessions person={person} />
                    <RemoveMember person={person} onLeft={setLeft} />
                  </span>
                )
              ),
          },
        ]}
        empty={
          <Empty icon={<Users size={22} />} title="Nobody yet" about="Invite somebody: they get a link by mail." />
        }
      />
    </Panel>
  )
}

/** What the person may do, and the own role below a group's. */
function RoleOf({ person: { role, ownRole } }: { readonly person: Person }) {
  if (role === ownRole) return <>{role}</>
  return (
    <span className={classes.names}>
      {role}
      <Text span size="xs" c="dimmed">
        by a group; {ownRole} otherwise
      </Text>
    </span>
  )
}
