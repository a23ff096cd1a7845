import { Table, Text } from '@mantine/core'
import { readText, type ResultTable } from '@keyhold/client'
import { Panel } from '../../ui/panel.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'

const shown = 100

/** The first hundred rows of a result, every digit as the engine has it. */
export function FirstRows({ table }: { readonly table: ResultTable }) {
  const rows = Array.from({ length: Math.min(shown, table.rows) }, (_, row) => row)
  return (
    <Panel flush>
      <ScrollRegion label="Rows of the result">
        <Table aria-label="Result">
          <Table.Thead>
            <Table.Tr>
              {table.columns.map(({ name }) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row}>
                {table.columns.map(({ name }, column) => (
                  <Table.Td key={name}>
                    {readText(table, column, row) ?? (
                      <Text span c="dimmed">
                        NULL
                      </Text>
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
    </Panel>
  )
}
