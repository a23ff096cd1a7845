import { Link } from '@tanstack/react-router'
import type { Table } from '../../api/catalogue.ts'
import type { ListColumn } from '../../ui/data-list.tsx'
import { Bytes, Count, Time } from '../../ui/figures.tsx'
import classes from './tables-page.module.css'

/** How tables are listed. */
export function tableColumns(project: string): readonly ListColumn<Table>[] {
  return [
    {
      key: 'name',
      title: 'Table',
      cell: ({ id, bucket, name }) => (
        <Link to="/p/$project/tables/$table" params={{ project, table: id }} className={classes.link}>
          <span className={classes.prefix}>{bucket}.</span>
          {name}
        </Link>
      ),
    },
    {
      key: 'columns',
      title: 'Columns',
      numeric: true,
      secondary: true,
      cell: ({ columns }) => <Count value={columns.length} />,
    },
    { key: 'rows', title: 'Rows', numeric: true, cell: ({ rows }) => <Count value={rows} /> },
    { key: 'bytes', title: 'Sealed', numeric: true, secondary: true, cell: ({ bytes }) => <Bytes value={bytes} /> },
    {
      key: 'changed',
      title: 'Changed',
      numeric: true,
      cell: ({ changed }) => (changed === null ? 'never loaded' : <Time value={changed} c="dimmed" />),
    },
  ]
}
