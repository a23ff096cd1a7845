/** Calls as an operator's browser makes them. */
import type { WorkNode } from '../../jobs/testing/work-node.ts'
import { callNode, readJson, type HttpAnswer } from '../../jobs/testing/work-world.ts'
import { cookieOf } from './add-operator.ts'
import { host } from './enrol-operator.ts'

export function askAsOperator(
  node: WorkNode,
  { secret }: { readonly secret: string },
  method: string,
  path: string,
  body?: object,
): Promise<HttpAnswer> {
  const headers = { ...cookieOf(secret), host }
  return callNode(node, method, `/v1/operators/${path}`, { bearer: undefined, headers, ...(body && { body }) })
}

/** Such as `404 operator.unknown`; of what succeeded, the status alone. */
export const outcomeOf = (answer: HttpAnswer): string =>
  answer.status < 300 ? String(answer.status) : `${answer.status} ${readJson(answer).code}`
