import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import Users from 'lucide-react/icons/users'
import { peopleOptions } from '../../api/people.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Time } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { provisioningOptions } from './provisioning-options.ts'

/** Whose accounts an identity provider made. */
export function ProvisionedPanel() {
  const provisioning = useQuery(provisioningOptions)
  const people = useQuery({ ...peopleOptions, refetchOnMount: 'always' })
  const known = new Map(people.data?.map((person) => [person.id, person]))
  const tokens = new Map(provisioning.data?.tokens.map(({ id, name }) => [id, name]))
  return (
    <Panel title="Provisioned members" flush>
      <DataList
        label="Provisioned members"
        items={people.data && provisioning.data?.people}
        error={provisioning.error ?? people.error}
        onRetry={() => void Promise.all([provisioning.refetch(), people.refetch()])}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'person',
            title: 'Person',
            cell: ({ id }) => <Text fw={550}>{known.get(id)?.name ?? known.get(id)?.email ?? 'somebody'}</Text>,
          },
          { key: 'state', title: 'State', cell: ({ suspended }) => (suspended === null ? 'active' : 'suspended') },
          { key: 'by', title: 'By', secondary: true, cell: ({ by }) => tokens.get(by) ?? 'an older token' },
          {
            key: 'since',
            title: 'Since',
            numeric: true,
            cell: ({ created }) => <Time value={created} c="dimmed" />,
          },
        ]}
        empty={
          <Empty
            icon={<Users size={22} />}
            title="Nobody was provisioned yet"
            about="Whom your identity provider assigns to Keyhold is listed here."
          />
        }
      />
    </Panel>
  )
}
