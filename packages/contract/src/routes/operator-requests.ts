/** Dual control: what an operator of administration asked for, and another one approves or withdraws. */
import { operator, route } from '../route.ts'
import { Id, strict } from '../schema.ts'
import { OperatorRoles } from './operators.ts'

const manage = operator('operator.manage', { sudo: true })
const ofRequest = strict({ request: Id })

export const operatorRequestRoutes = {
  approveOperatorRequest: route({
    operationId: 'approveOperatorRequest',
    method: 'POST',
    path: '/v1/operators/requests/:request/approval',
    summary: 'Approves what another operator asked for, with the roles that one has read; nobody approves their own',
    access: manage,
    audit: { action: 'operator.approve', kind: 'change' },
    params: ofRequest,
    body: strict({ roles: OperatorRoles }),
    response: { status: 204 },
  }),
  withdrawOperatorRequest: route({
    operationId: 'withdrawOperatorRequest',
    method: 'DELETE',
    path: '/v1/operators/requests/:request',
    summary: 'Takes back what one asked for, or declines what another one did',
    access: manage,
    audit: { action: 'operator.withdraw_request', kind: 'change' },
    params: ofRequest,
    response: { status: 204 },
  }),
} as const
