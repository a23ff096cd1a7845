/** What was found out about a file, in words. */
import type { ImportReport } from '@keyhold/contract'
import { formatTitles } from './file-name.ts'

const signs: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
  '.': 'point',
}

export function describeSource({ source, columns }: Pick<ImportReport, 'source' | 'columns'>): string {
  const { encoding, delimiter, decimal, headerRows, skippedLines, timeZone, jsonPath, sheet } = source
  const dated = columns.flatMap(({ dateFormat }) => dateFormat ?? [])
  return [
    formatTitles[source.format],
    encoding,
    delimiter === undefined ? undefined : `${signs[delimiter] ?? delimiter} between fields`,
    decimal === undefined || decimal === '.' ? undefined : `decimal ${signs[decimal] ?? decimal}`,
    (headerRows ?? 1) > 1 ? `${headerRows} header rows` : undefined,
    (skippedLines ?? 0) > 0 ? `${skippedLines} lines skipped` : undefined,
    sheet === undefined ? undefined : `sheet “${sheet}”`,
    jsonPath === undefined || jsonPath === '' ? undefined : `list at ${jsonPath}`,
    timeZone === undefined ? undefined : `times of ${timeZone}`,
    dated.length === 0 ? undefined : `dates as ${[...new Set(dated)].join(' and ')}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ')
}
