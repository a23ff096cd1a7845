import type { Principal as LinkPrincipal } from '@keyhold/contract'
import { failAccess, type Principal } from '../../platform/access.ts'
import type { DataPlanePeer } from './links.ts'

/** A caller as the data plane is told of it. @throws `access.denied` for a data plane and an operator, who ask it nothing */
export function describePrincipal(principal: Principal): LinkPrincipal {
  if (principal.kind !== 'person' && principal.kind !== 'token') throw failAccess('access.denied')
  const { kind, id } = principal
  if (principal.kind === 'person') {
    return { kind, id, scopes: null, role: principal.role, ...(principal.sudo && { sudo: true }) }
  }
  const { scopes, actions } = principal
  return { kind, id, scopes: [...scopes], ...(actions && { actions: [...actions] }) }
}

/** The data plane that calls. @throws `access.denied` for anyone else */
export function peerOf(principal: Principal): DataPlanePeer {
  if (principal.kind !== 'dataPlane') throw failAccess('access.denied')
  return { organisation: principal.organisation, dataPlane: principal.id }
}
