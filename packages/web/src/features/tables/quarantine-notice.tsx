import { Link } from '@tanstack/react-router'
import ShieldQuestion from 'lucide-react/icons/shield-question-mark'
import type { Table } from '../../api/catalogue.ts'
import { formatQuantity } from '../../ui/format.ts'
import classes from './quarantine-notice.module.css'

const suffix = '__quarantine'

type Props = { readonly project: string; readonly table: Table; readonly tables: readonly Table[] }

/** Points from a table to the rows that did not fit it, and back. */
export function QuarantineNotice({ project, table, tables }: Props) {
  const isQuarantine = table.name.endsWith(suffix)
  const wanted = isQuarantine ? table.name.slice(0, -suffix.length) : `${table.name}${suffix}`
  const other = tables.find(({ bucket, name }) => bucket === table.bucket && name === wanted)
  if (other === undefined || (!isQuarantine && other.rows === 0)) return null
  return (
    <p className={classes.notice}>
      <ShieldQuestion size={17} aria-hidden="true" />
      <span>
        {isQuarantine
          ? 'These rows did not fit their table when they were loaded. They are sealed as all others are. The table: '
          : `${formatQuantity(other.rows, 'row')} of files that were loaded here did not fit and ${other.rows === 1 ? 'is' : 'are'} kept apart: `}
        <Link to="/p/$project/tables/$table" params={{ project, table: other.id }} className={classes.link}>
          {other.bucket}.{other.name}
        </Link>
      </span>
    </p>
  )
}
