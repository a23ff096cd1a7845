import { Table } from '@mantine/core'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { describeHeld } from './held-value.ts'
import classes from './held-rows.module.css'

type Row = Readonly<Record<string, unknown>>

/** Columns that say the same in every row stand last. */
const sameInAll: ReadonlySet<string> = new Set(['organisation', 'project'])

/** Rows of a database table as they are; bytes as hex, in the colour of what is sealed. */
export function HeldRows({ table, rows }: { readonly table: string; readonly rows: readonly Row[] }) {
  const columns = Object.keys(rows[0] ?? {}).toSorted((a, b) => Number(sameInAll.has(a)) - Number(sameInAll.has(b)))
  return (
    <ScrollRegion label={`Rows of ${table}`}>
      <Table className={classes.table} aria-label={table}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={typeof row['id'] === 'string' ? row['id'] : index}>
              {columns.map((column) => (
                <Table.Td key={column}>
                  <Held value={row[column]} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  )
}

function Held({ value }: { readonly value: unknown }) {
  const { kind, text } = describeHeld(value)
  return <span className={classes[kind]}>{text}</span>
}
