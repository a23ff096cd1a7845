import { formatLoginString } from '@keyhold/client'
import { useQuery } from '@tanstack/react-query'
import { installationOptions } from '../../api/projects.ts'

/** What a shell needs to find this server and to trust it; empty while it is not known. */
export function useLoginString(anchor: string): string {
  const pin = useQuery(installationOptions).data?.serverPin
  return pin === undefined ? '' : formatLoginString({ url: location.origin, pin, anchor })
}
