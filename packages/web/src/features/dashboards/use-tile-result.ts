import type { QueryParameter } from '@keyhold/contract'
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { askQuery, type QueryAnswer } from '../../api/data-plane.ts'
import { useDataPlane } from '../../api/use-data.ts'
import type { Report } from '../../api/report.ts'
import { bindFilters } from './filter-state.ts'
import { inLane } from './query-lanes.ts'

/** A report's result under the filters; the one before stays until the next is there. */
export function useTileResult(
  project: string,
  report: Report | undefined,
  values: ReadonlyMap<string, QueryParameter>,
): UseQueryResult<QueryAnswer> {
  const plane = useDataPlane(project)
  const parameters = bindFilters(report?.body.parameters ?? [], values)
  const body = { sql: report?.body.sql ?? '', ...(parameters.length === 0 ? {} : { parameters }) }
  return useQuery({
    queryKey: ['result', project, body],
    queryFn: ({ signal }) => inLane(signal, () => askQuery(plane, body, signal)),
    enabled: report !== undefined,
    placeholderData: keepPreviousData,
    // Results are some kilobytes; another look at the dashboard paints at once.
    staleTime: 60_000,
    gcTime: 10 * 60_000,
    structuralSharing: false,
  })
}
