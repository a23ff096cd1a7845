/** What the person's role allows: for not offering what would be refused. The servers decide for themselves. */
import { roleMay, roleMayAsk, type Action } from '@keyhold/contract'
import { useSession } from './use-data.ts'

export function useMay(action: Action): boolean {
  const { role } = useSession().self
  return role !== null && roleMay(role, action)
}

/** For operations of sealed requests. */
export function useMayAsk(operation: string): boolean {
  const { role } = useSession().self
  return role !== null && roleMayAsk(role, operation)
}
