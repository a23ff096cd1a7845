/** The API's operations on tables. */
import type { Table } from '@keyhold/contract'
import type { Principal } from '../../platform/access.ts'
import type { ChangeCall, Handlers, ReadCall } from '../../platform/http/call.ts'
import { hasProject } from '../projects/index.ts'
import { ensureTable } from './ensure-table.ts'
import { failCatalogue } from './errors.ts'
import { readOperatorRows } from './operator-rows.ts'
import { readOperatorView } from './operator-view.ts'
import type { CatalogueSetting } from './setting.ts'
import { listTableRows, readTableRow } from './table-store.ts'

export type CatalogueHandlers = Handlers<
  'listTables' | 'ensureTable' | 'readTable' | 'readOperatorView' | 'readOperatorRows'
>
type TableCall = ReadCall<'readTable'> | ReadCall<'readOperatorView'>

export function createCatalogueHandlers(setting: CatalogueSetting): CatalogueHandlers {
  const { database, now } = setting

  async function listTables({ organisation, principal, params }: ReadCall<'listTables'>) {
    const tables = await database.readTenant({ organisation }, async (tx) => {
      const rows = await listTableRows(tx, params.project, readableBuckets(principal))
      if (rows.length === 0 && !(await hasProject(tx, params.project))) throw failCatalogue('project.unknown')
      return rows
    })
    return { tables }
  }
  async function ensure(call: ChangeCall<'ensureTable'>) {
    const { organisation, params, body } = call
    call.allow({ project: params.project, bucket: body.bucket })
    if (body.bucket === 'system') throw failCatalogue('table.reserved_bucket')
    return call.commit(async (tx) => {
      const table = await ensureTable(tx, { organisation, project: params.project, ...body }, now())
      call.note({ object: { kind: 'table', id: table.id }, after: table })
      return { table }
    })
  }
  /** The table, if it is there and the caller may read in its bucket. @throws `table.unknown`, `access.denied` */
  async function readAllowed(call: TableCall) {
    const { project, table } = call.params
    call.note({ object: { kind: 'table', id: table } })
    const found = await database.readTenant(call, (tx) => readTableRow(tx, project, table))
    if (found === undefined) throw failCatalogue('table.unknown')
    call.allow({ project, bucket: found.table.bucket })
    return found
  }
  async function view(call: ReadCall<'readOperatorView'>) {
    const { table }: { table: Table } = await readAllowed(call)
    return readOperatorView(setting, call.organisation, table.id)
  }
  function rows({ organisation, params }: ReadCall<'readOperatorRows'>) {
    return readOperatorRows(database, { organisation, project: params.project }, params.subject)
  }
  return { readOperatorRows: rows, listTables, ensureTable: ensure, readTable: readAllowed, readOperatorView: view }
}

/** Null: all of them. */
function readableBuckets(principal: Principal): string[] | null {
  if (principal.kind !== 'token') return null
  return principal.scopes.filter(({ access }) => access === 'read').map(({ bucket }) => bucket)
}
