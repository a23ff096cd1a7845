import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Group } from '@keyhold/contract'
import { useQuery } from '@tanstack/react-query'
import Users from 'lucide-react/icons/users'
import { api } from '../../api/client.ts'
import { useMay } from '../../api/may.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Panel } from '../../ui/panel.tsx'
import { GroupForm } from './group-form.tsx'
import { GroupMembers } from './group-members.tsx'
import { forgetMembers, groupsOptions } from './member-options.ts'
import classes from './members-page.module.css'

/** Groups, with the roles that they give. What somebody may do is the strongest of the own role and theirs. */
export function GroupsPanel() {
  const manages = useMay('people.manage')
  const groups = useQuery({ ...groupsOptions, refetchOnMount: 'always' })
  const [opened, { open, close }] = useDisclosure(false)
  const newGroup = manages && (
    <Button variant="default" size="compact-sm" onClick={open}>
      New group
    </Button>
  )
  return (
    <Panel title="Groups" flush actions={newGroup}>
      <GroupForm opened={opened} group={null} onClose={close} />
      <DataList
        label="Groups"
        items={groups.data}
        error={groups.error}
        onRetry={() => void groups.refetch()}
        keyOf={({ id }) => id}
        columns={[
          { key: 'name', title: 'Group', cell: (group) => <GroupName group={group} /> },
          { key: 'role', title: 'Gives', cell: ({ role }) => role ?? <Text c="dimmed">no role</Text> },
          { key: 'members', title: 'Members', numeric: true, secondary: true, cell: ({ members }) => members.length },
          {
            key: 'acts',
            title: 'Acts',
            quiet: true,
            numeric: true,
            cell: (group) => manages && <GroupActs group={group} />,
          },
        ]}
        empty={
          <Empty
            icon={<Users size={22} />}
            title="No groups yet"
            about="A group gives its members a role beside their own. Your identity provider can keep groups too: connect it under Settings → Provisioning."
          />
        }
      />
    </Panel>
  )
}

function GroupName({ group: { name, provisioned } }: { readonly group: Group }) {
  return (
    <span className={classes.names}>
      <Text span fw={550}>
        {name}
      </Text>
      {provisioned && (
        <Text span size="xs" c="dimmed">
          kept by your identity provider
        </Text>
      )}
    </span>
  )
}

function GroupActs({ group }: { readonly group: Group }) {
  const [members, showMembers] = useDisclosure(false)
  const [changing, change] = useDisclosure(false)
  const [deleting, askDelete] = useDisclosure(false)
  const remove = async (): Promise<void> => {
    await api.call('deleteGroup', { params: { group: group.id } })
    await forgetMembers()
  }
  return (
    <span className={classes.acts}>
      <Button size="compact-sm" variant="default" onClick={showMembers.open} aria-label={`Members of ${group.name}`}>
        Members
      </Button>
      <Button size="compact-sm" variant="default" onClick={change.open} aria-label={`Change ${group.name}`}>
        Change
      </Button>
      <Button size="compact-sm" variant="default" onClick={askDelete.open} aria-label={`Delete ${group.name}`}>
        Delete
      </Button>
      <GroupMembers opened={members} group={group} onClose={showMembers.close} />
      <GroupForm opened={changing} group={group} onClose={change.close} />
      <Confirm
        opened={deleting}
        onClose={askDelete.close}
        title={`Delete ${group.name}?`}
        action="Delete"
        danger
        onConfirm={remove}
      >
        Its members keep their own roles, from the next call on.
        {group.provisioned && ' Your identity provider may make it again, without a role.'}
      </Confirm>
    </span>
  )
}
