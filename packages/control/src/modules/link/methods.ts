/** The calls that data planes may make: modules register theirs; parameters are checked before a handler sees them. */
import type { ControlMethods } from '@keyhold/contract'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { failLink } from './errors.ts'
import type { DataPlanePeer } from './links.ts'

type MethodName = keyof ControlMethods
type Handler = (peer: DataPlanePeer, params: unknown, body: Buffer) => Promise<unknown>

/** Adds one method; `params` is its schema, closed to unknown fields. */
export type RegisterControlMethod = <M extends MethodName, S extends TSchema>(
  method: M,
  params: S,
  handle: (peer: DataPlanePeer, params: Static<S>, body: Buffer) => Promise<ControlMethods[M]['result']>,
) => void

export type Methods = {
  readonly register: RegisterControlMethod
  /** @throws `link.unknown_method`, `link.invalid_parameters`, and what the handler throws */
  readonly handle: (peer: DataPlanePeer, method: string, params: unknown, body: Buffer) => Promise<unknown>
}

export function createMethods(): Methods {
  const handlers = new Map<string, Handler>()
  const register: RegisterControlMethod = (method, schema, handle) => {
    const validator = Compile(schema)
    handlers.set(method, async (peer, params, body) => {
      if (!validator.Check(params)) throw failLink('link.invalid_parameters')
      return handle(peer, params, body)
    })
  }
  async function handle(peer: DataPlanePeer, method: string, params: unknown, body: Buffer): Promise<unknown> {
    const handler = handlers.get(method)
    if (handler === undefined) throw failLink('link.unknown_method')
    return handler(peer, params, body)
  }
  return { register, handle }
}
