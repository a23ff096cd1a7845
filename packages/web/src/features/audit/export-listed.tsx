import { Button, SegmentedControl, Text } from '@mantine/core'
import { entryCsvHeader, formatEntryCsv, toOcsf } from '@keyhold/ledger'
import { useState } from 'react'
import { formatCount } from '../../ui/format.ts'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { downloadBlob } from '../results/download.ts'
import { readLogEntries } from './log-worker.ts'

type Format = 'ocsf' | 'csv'
const files = {
  ocsf: { name: 'keyhold-entries.ocsf.ndjson', type: 'application/x-ndjson', label: 'OCSF events (NDJSON)' },
  csv: { name: 'keyhold-entries.csv', type: 'text/csv', label: 'CSV' },
} as const

const portion = 2_000

/** The entries that the page lists, as they were verified in this browser, for other programs. */
export function ExportListed({ indices }: { readonly indices: Uint32Array | null }) {
  const [format, setFormat] = useState<Format>('ocsf')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const count = indices?.length ?? 0
  const download = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const { name, type } = files[format]
      downloadBlob(new Blob(await writeEntries(indices ?? new Uint32Array(), format), { type }), name)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <SegmentedControl
        fullWidth
        aria-label="Format"
        value={format}
        onChange={(value) => setFormat(value)}
        data={(['ocsf', 'csv'] as const).map((value) => ({ value, label: files[value].label }))}
      />
      <Button fullWidth mt="sm" variant="default" loading={busy} disabled={count === 0} onClick={() => void download()}>
        Download the {formatCount(count)} entries that are listed
      </Button>
      <Text size="sm" c="dimmed" mt={6}>
        Oldest first, with the filter of the page. A spreadsheet runs nothing that is in the CSV.
      </Text>
      {error !== null && <ProblemAlert error={error} />}
    </>
  )
}

async function writeEntries(newestFirst: Uint32Array, format: Format): Promise<string[]> {
  const indices = [...newestFirst].toReversed()
  const parts = format === 'csv' ? [entryCsvHeader] : []
  for (let from = 0; from < indices.length; from += portion) {
    const entries = await readLogEntries(indices.slice(from, from + portion))
    parts.push(
      entries
        .map((entry) => (format === 'csv' ? formatEntryCsv(entry) : `${JSON.stringify(toOcsf(entry))}\n`))
        .join(''),
    )
  }
  return parts
}
