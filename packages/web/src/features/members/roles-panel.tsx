import { Table, Text } from '@mantine/core'
import { roles, type Role } from '@keyhold/contract'
import Check from 'lucide-react/icons/check'
import { Panel } from '../../ui/panel.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import classes from './members-page.module.css'
import { actionRows, operationRows } from './role-words.ts'

/** What each role may do: the very tables that the servers decide by. */
export function RolesPanel() {
  return (
    <Panel title="What each role may do" flush>
      <ScrollRegion label="What each role may do">
        <Table aria-label="What each role may do" horizontalSpacing="lg">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>At the server</Table.Th>
              {roles.map((role) => (
                <Table.Th key={role}>{role}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Rows rows={actionRows} />
          <Table.Tbody>
            <Table.Tr>
              <Table.Th scope="colgroup" colSpan={roles.length + 1}>
                At your data plane, which asks the signed roster besides
              </Table.Th>
            </Table.Tr>
          </Table.Tbody>
          <Rows rows={operationRows} />
        </Table>
      </ScrollRegion>
    </Panel>
  )
}

function Rows({ rows }: { readonly rows: typeof actionRows }) {
  return (
    <Table.Tbody>
      {rows.map(({ words, roles: allowed }) => (
        <Table.Tr key={words}>
          <Table.Td>{words}</Table.Td>
          {roles.map((role) => (
            <Table.Td key={role}>
              <Mark allowed={allowed} role={role} />
            </Table.Td>
          ))}
        </Table.Tr>
      ))}
    </Table.Tbody>
  )
}

function Mark({ allowed, role }: { readonly allowed: readonly Role[]; readonly role: Role }) {
  if (allowed.includes(role)) return <Check size={15} role="img" aria-label="yes" className={classes.yes} />
  return (
    <Text span size="sm" className={classes.no}>
      no
    </Text>
  )
}
