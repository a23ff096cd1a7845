/** The operation `import.report`: what became of a load, for whoever may read or write the bucket it went into. */
import { ImportReportBody, type ControlMethods, type ImportReport } from '@keyhold/contract'
import { encodeCanonical, parseCanonical } from '@keyhold/sealed'
import { openBytes } from '@keyhold/sealed/open'
import { Compile } from 'typebox/compile'
import { DataError } from '../errors.ts'
import { accessDenied, mayAccess, type Asker } from '../project/asker.ts'
import type { Catalogue } from '../project/catalogue.ts'
import type { Keyring } from '../project/keyring.ts'
import { answerBytes, type OperationResult } from '../project/operation.ts'

type Call = ControlMethods['jobs.report']

export type ReportSetting = {
  readonly organisation: string
  readonly project: string
  readonly catalogue: Catalogue
  readonly keyring: Keyring
  readonly control: (method: 'jobs.report', params: Call['params']) => Promise<Call['result']>
}

const bodyCheck = Compile(ImportReportBody)

/** The body of the answer is the report as JSON. @throws `report.malformed`, `report.unknown`, `access.denied`, `job.unknown` */
export async function answerReport(body: unknown, asker: Asker, setting: ReportSetting): Promise<OperationResult> {
  if (!bodyCheck.Check(body)) throw malformed()
  const { project, control } = setting
  const by = 'job' in body ? { job: body.job } : { table: findTable(body, asker, setting.catalogue) }
  const { job, table, report } = await control('jobs.report', { project, ...by })
  if (report === null || ('job' in body && job !== body.job)) throw unknown()
  const opened = await openReport(report, { job, table }, setting)
  // The control plane's word on where a job belongs is not taken: the table's own manifest says it, or who loaded it.
  const bucket = setting.catalogue.byId(table)?.manifest.bucket ?? opened.bucket
  assertAccess(asker, bucket)
  return answerBytes(encodeCanonical(opened))
}

function findTable({ bucket, table }: { bucket: string; table: string }, asker: Asker, catalogue: Catalogue): string {
  assertAccess(asker, bucket)
  const found = catalogue.named(bucket, table)
  if (found === undefined) throw unknown()
  return found.manifest.tableId
}

function assertAccess(asker: Asker, bucket: string | undefined): void {
  if (asker.scopes === null) return
  if (bucket === undefined) throw accessDenied()
  if (!mayAccess(asker, bucket, 'read') && !mayAccess(asker, bucket, 'write')) throw accessDenied()
}

async function openReport(
  sealed: string,
  { job, table }: { job: string; table: string },
  { organisation, project, keyring }: ReportSetting,
): Promise<ImportReport> {
  const expected = { organisation, project, table, file: job, purpose: 'job' } as const
  const bytes = await openBytes(Buffer.from(sealed, 'base64url'), keyring.fileKeys, expected)
  // Sealed under a key that only this data plane has: it is what was written.
  return parseCanonical(bytes) as ImportReport
}

function malformed(): DataError {
  return new DataError('report.malformed', 'The question lacks a field or has one too many.', 'Update the client.')
}

function unknown(): DataError {
  return new DataError(
    'report.unknown',
    'There is no report of this load.',
    'Name a job or table of the project; loads before this version have none.',
  )
}
