/** The operation `table.delete`: the data plane signs the table's last manifest, and forgets its name. */
import { TableDelete, type Manifest, type Signed, type TableDeleted } from '@keyhold/contract'
import { Compile } from 'typebox/compile'
import { DataError } from '../errors.ts'
import { digestOf } from '../formats/statements.ts'
import type { CallControl } from '../jobs/import-job.ts'
import type { EntryDraft } from '../ledger-client/draft.ts'
import { accessDenied, type Asker } from './asker.ts'
import type { Catalogue, TableState } from './catalogue.ts'
import { answerJson, type OperationResult } from './operation.ts'

export type DeleteSetting = {
  readonly organisation: string
  readonly project: string
  readonly catalogue: Catalogue
  readonly control: CallControl
  readonly sign: (manifest: Manifest) => Promise<Signed>
  readonly record: (entries: EntryDraft[]) => Promise<string>
}

const bodyCheck = Compile(TableDelete)

/** @throws `access.denied` for tokens and unattested requests, `table.changed`, `table.deleted`, `commit.conflict` */
export async function deleteTable(body: unknown, asker: Asker, setting: DeleteSetting): Promise<OperationResult> {
  if (!bodyCheck.Check(body)) throw malformed()
  if (asker.kind !== 'person' || !asker.attested) throw accessDenied()
  const { catalogue, control, project, sign, record } = setting
  const current = catalogue.byId(body.tableId)
  checkIsSeen(body, current, catalogue)
  const manifest = lastManifest(body, current, setting)
  const statement = await sign(manifest)
  // First in the log, as with every manifest; a control plane that does not take it leaves the table as it was.
  await record([describe(manifest, statement, asker)])
  const { catalogueVersion } = await control('tables.delete', {
    project,
    table: body.tableId,
    manifest: statement,
    by: asker.id,
  })
  await catalogue.adopt(statement, body.tableId, catalogueVersion)
  const { sequence } = manifest
  const answer: TableDeleted = {
    sequence,
    rows: current?.manifest.rows ?? 0,
    files: current?.manifest.files.length ?? 0,
  }
  return answerJson(answer)
}

/** The asker means the table as it is now, not what it was or what has its name since. @throws `table.changed` */
function checkIsSeen(body: TableDelete, current: TableState | undefined, catalogue: Catalogue): void {
  const named = catalogue.named(body.bucket, body.table)
  const same = current?.manifest.bucket === body.bucket && current.manifest.table === body.table
  // A table that was never loaded is known to the control plane alone.
  const isNew = current === undefined && named === undefined && body.sequence === 0
  if (!isNew && !(same && current?.manifest.sequence === body.sequence)) throw changed()
}

function lastManifest(body: TableDelete, current: TableState | undefined, setting: DeleteSetting): Manifest {
  const { organisation, project } = setting
  const { bucket, table, tableId } = body
  return {
    organisation,
    project,
    bucket,
    table,
    tableId,
    sequence: (current?.manifest.sequence ?? 0) + 1,
    previous: current?.digest ?? null,
    columns: [],
    files: [],
    rows: 0,
    consumed: [],
    deleted: true,
    created: new Date().toISOString(),
  }
}

function describe(manifest: Manifest, statement: Signed, asker: Asker): EntryDraft {
  return {
    action: 'table.delete',
    outcome: 'success',
    code: null,
    project: manifest.project,
    actor: { kind: asker.kind, id: asker.id },
    object: { kind: 'table', id: manifest.tableId },
    before: manifest.previous,
    after: digestOf(statement),
    details: { sequence: manifest.sequence, keyId: asker.keyId },
  }
}

function changed(): DataError {
  return new DataError(
    'table.changed',
    'The table is not as you saw it: it was loaded again, or another one has its name.',
    'Look at it again, then delete it.',
  )
}

function malformed(): DataError {
  return new DataError('table.malformed', 'The request lacks a field or has one too many.', 'Update the client.')
}
