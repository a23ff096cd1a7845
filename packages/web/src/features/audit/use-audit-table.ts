/** The log among the tables, for those who may ask it with SQL. */
import { auditColumns, auditTable, roleMay } from '@keyhold/contract'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Table } from '../../api/catalogue.ts'
import { useSession } from '../../api/use-data.ts'
import { useLogState } from './log-worker.ts'
import { peopleOptions } from '../../api/people.ts'

/** Whether `system.audit` is there for this person; false until that is known. */
export function useMayAskLog(): boolean {
  const { self } = useSession()
  const people = useQuery(peopleOptions).data
  const role = people?.find(({ id }) => id === self.id)?.role
  return role !== undefined && roleMay(role, 'log.read')
}

/** The project's tables and, last, the log. */
export function useWithAuditTable(tables: UseQueryResult<Table[]>): UseQueryResult<Table[]> {
  const may = useMayAskLog()
  const rows = useLogState().length
  const { data } = tables
  const all = useMemo(
    () => (data === undefined || !may ? data : [...data, describeAuditTable(rows)]),
    [data, may, rows],
  )
  // Only what is listed differs: its states are those of the tables.
  return { ...tables, data: all } as UseQueryResult<Table[]>
}

function describeAuditTable(rows: number): Table {
  return {
    id: `${auditTable.bucket}.${auditTable.table}`,
    bucket: auditTable.bucket,
    name: auditTable.table,
    sequence: 0,
    rows,
    bytes: 0,
    columns: [...auditColumns],
    created: '1970-01-01T00:00:00.000Z',
    changed: null,
  }
}
