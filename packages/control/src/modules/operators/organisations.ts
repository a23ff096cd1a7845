/** Organisations as operators see and make them: ids, labels of the operators' own, counts, bytes, times. */
import { randomUUIDv7 } from 'node:crypto'
import type { CallOutput, OperatedOrganisation } from '@keyhold/contract'
import type { AuditEvent } from '../../platform/audit-port.ts'
import { actFor } from '../../platform/database/act-for.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { addEnrolment } from '../link/index.ts'
import { insertOrganisation, readOrganisationState } from '../setup/index.ts'
import { failOperator } from './errors.ts'
import { labelContext, type OperatorPrincipal, type OperatorSetting } from './setting.ts'

type Row = Omit<OperatedOrganisation, 'label' | 'dataPlane'> & { dataPlanes: number }
type Enrolment = CallOutput<'createOrganisation'>

const columns = `id, state, suspended, created, data_planes AS "dataPlanes", people, projects, tables, objects, bytes,
  jobs_queued AS "jobsQueued", jobs_running AS "jobsRunning", entries`

/** In the installation's transaction. */
export async function listOrganisations(setting: OperatorSetting, tx: Transaction): Promise<OperatedOrganisation[]> {
  const rows = await tx.sql<Row>(`SELECT ${columns} FROM list_operated()`)
  const labels = await tx.sql<{ subject: string; sealed: Buffer }>(
    'SELECT subject, label_sealed AS sealed FROM organisation_labels',
  )
  const sealed = new Map(labels.map((row) => [row.subject, row.sealed]))
  const open = (id: string, label: Buffer) => setting.platformKey.open('account', labelContext(id), label).toString()
  return rows.map(({ dataPlanes, ...row }) => {
    const label = sealed.get(row.id)
    const connected = setting.link.isConnected(row.id) ? 'connected' : 'away'
    return {
      ...row,
      label: label === undefined ? null : open(row.id, label),
      dataPlane: dataPlanes === 0 ? 'none' : connected,
    }
  })
}

/** What becomes known to the organisation's own log once the transaction has committed. */
type InTree = () => Promise<void>

/**
 * Makes an organisation with the label in the operator's transaction, and what enrols its data plane: once, within
 * fifteen minutes.
 */
export async function createOrganisation(
  setting: OperatorSetting,
  tx: Transaction,
  operator: OperatorPrincipal,
  label: string,
): Promise<{ enrolment: Enrolment; inTree: InTree }> {
  const organisation = randomUUIDv7()
  await tx.sql('INSERT INTO organisation_labels (subject, label_sealed, created_by) VALUES ($1, $2, $3)', [
    organisation,
    setting.platformKey.seal('account', labelContext(organisation), label),
    operator.id,
  ])
  return actFor(tx, organisation, async () => {
    await insertOrganisation(tx, organisation, setting.now().toISOString())
    return addDataPlane(setting, tx, operator, organisation, 'organisation.create')
  })
}

/** Another enrolment while nobody has claimed the organisation. @throws `organisation.unknown`, `organisation.claimed` */
export async function renewEnrolment(
  setting: OperatorSetting,
  tx: Transaction,
  operator: OperatorPrincipal,
  organisation: string,
): Promise<{ enrolment: Enrolment; inTree: InTree }> {
  return actFor(tx, organisation, async () => {
    const state = await readOrganisationState(tx, organisation)
    if (state === undefined) throw failOperator('organisation.unknown')
    if (state === 'active') throw failOperator('organisation.claimed')
    return addDataPlane(setting, tx, operator, organisation, 'organisation.renew_enrolment')
  })
}

async function addDataPlane(
  setting: OperatorSetting,
  tx: Transaction,
  operator: OperatorPrincipal,
  organisation: string,
  action: string,
): Promise<{ enrolment: Enrolment; inTree: InTree }> {
  const { token, expires } = await addEnrolment(setting, tx, organisation)
  const inTree = await setting.audit.stage(tx, describeAct(operator, organisation, action))
  return { enrolment: { organisation, token, serverPin: setting.serverPin, expires }, inTree }
}

/** In the operator's transaction. Suspending again changes nothing but the time. @throws `organisation.unknown` */
export async function setSuspended(
  { audit }: OperatorSetting,
  tx: Transaction,
  operator: OperatorPrincipal,
  { organisation, since }: { readonly organisation: string; readonly since: string | null },
): Promise<InTree> {
  return actFor(tx, organisation, async () => {
    const rows = await tx.sql('UPDATE organisations SET suspended = $2 WHERE id = $1 RETURNING id', [
      organisation,
      since,
    ])
    if (rows.length === 0) throw failOperator('organisation.unknown')
    return audit.stage(tx, describeAct(operator, organisation, `organisation.${since === null ? 'resume' : 'suspend'}`))
  })
}

/** An operator's act as it stands in the organisation's own log. From where is the installation's business. */
export function describeAct(
  { id }: OperatorPrincipal,
  organisation: string,
  action: string,
  object: AuditEvent['object'] = { kind: 'organisation', id: organisation },
): AuditEvent {
  return {
    organisation,
    project: null,
    action,
    outcome: 'success',
    code: null,
    actor: { kind: 'operator', id },
    source: null,
    object,
    details: {},
  }
}
