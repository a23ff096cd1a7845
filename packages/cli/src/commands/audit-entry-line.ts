import { parseEntry } from '@keyhold/ledger'
import { escapeControls } from '../output/safe-text.ts'

export type ListedEntry = {
  index: number
  entry: string
  disclosures: { label: string; salt: string; value: unknown }[]
}

/** One entry on one line: number, time, outcome, act, who, from where, what, code. */
export function formatEntryLine({ index, entry: text, disclosures }: ListedEntry): string {
  const entry = parseEntry(text)
  const disclosed = (label: string): string | undefined => {
    const value = disclosures.find((disclosure) => disclosure.label === label)?.value
    return typeof value === 'string' ? value : undefined
  }
  const actor = disclosed('actor.email') ?? disclosed('actor.name') ?? entry.actor.id ?? ''
  const source = disclosed('source')
  const parts = [
    String(index).padStart(6),
    entry.time,
    entry.outcome.padEnd(7),
    entry.action.padEnd(22),
    `${entry.actor.kind} ${actor}`.trim(),
    ...(source === undefined ? [] : [`from ${source}`]),
    ...(entry.object === null ? [] : [`${entry.object.kind} ${entry.object.id}`]),
    ...(entry.code === null ? [] : [entry.code]),
    ...(entry.origin === 'control' ? [] : [`(data plane, ${entry.origin.sequence})`]),
  ]
  return escapeControls(parts.join('  '))
}
