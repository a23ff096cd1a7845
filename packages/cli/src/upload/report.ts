/** What became of a load, as the data plane tells it to whoever may know; and how it is said on a terminal. */
import type { ColumnChange, ImportReport, SourceFacts } from '@keyhold/contract'
import type { CommandContext } from '../command.ts'
import { formatCount } from '../output/sizes.ts'
import { openDataPlane } from '../session/conversation.ts'
import type { ProjectSession } from '../session/session.ts'

const mostShown = 20

/** The report of a job. Throws what asking throws: `report.unknown`, `access.denied`, … */
export async function fetchReport(
  context: CommandContext,
  session: ProjectSession,
  job: string,
): Promise<ImportReport> {
  const answer = await openDataPlane(session, context.home, () => context.clock.now()).ask('import.report', { job })
  try {
    return JSON.parse(Buffer.from(await answer.read(0, answer.bodyLength)).toString('utf8')) as ImportReport
  } finally {
    await answer.close()
  }
}

/** One line for each column that differs. */
export function describeChanges(changes: readonly ColumnChange[]): string {
  const lines = changes.slice(0, mostShown).map((change) => {
    if (change.kind === 'changed') return `  ~ ${change.name}: ${change.from} would become ${change.to}`
    return change.kind === 'added'
      ? `  + ${change.name} (${change.type}) is new`
      : `  - ${change.name} (${change.type}) is not in the file`
  })
  const more = changes.length - mostShown
  return [...lines, ...(more > 0 ? [`  … and ${formatCount(more)} more`] : [])].join('\n')
}

/** What was found out about the file, in one line; empty where there is nothing to tell. */
export function describeSource({ source, columns }: ImportReport): string {
  const dates = new Set(columns.flatMap(({ dateFormat }) => dateFormat ?? []))
  const parts = [
    ...describeText(source),
    ...(source.sheet === undefined ? [] : [`sheet ${source.sheet}`]),
    ...(source.jsonPath === undefined || source.jsonPath === '' ? [] : [`array ${source.jsonPath}`]),
    ...describeCells(source),
    ...(dates.size === 0 ? [] : [`dates ${[...dates].join(', ')}`]),
    ...(source.timeZone === undefined ? [] : [`time zone ${source.timeZone}`]),
  ]
  return parts.join(', ')
}

function describeCells({ errorCells = 0, uncomputedCells = 0 }: SourceFacts): string[] {
  return [
    ...(errorCells === 0 ? [] : [`${formatCount(errorCells)} cells with an error are NULL`]),
    ...(uncomputedCells === 0 ? [] : [`${formatCount(uncomputedCells)} formulas without a value are NULL`]),
  ]
}

function describeText({ encoding, delimiter, decimal, thousands, skippedLines, headerRows }: SourceFacts): string[] {
  return [
    ...(encoding === undefined || encoding === 'utf-8' ? [] : [`encoding ${encoding}`]),
    ...(delimiter === undefined ? [] : [`delimiter ${delimiter === '\t' ? 'tab' : delimiter}`]),
    ...(decimal === ',' ? ['decimal comma'] : []),
    ...(thousands === undefined ? [] : [`thousands ${thousands === ' ' ? 'space' : thousands}`]),
    ...(skippedLines === undefined || skippedLines === 0 ? [] : [`${skippedLines} lines above the header left out`]),
    ...(headerRows === undefined || headerRows === 1
      ? []
      : [headerRows === 0 ? 'no header' : `${headerRows} header rows`]),
  ]
}
