/** Everything that is kept about a person, as one JSON document; memory for some hundred entries. */
import { Readable } from 'node:stream'
import type { LedgerEntry } from '@keyhold/ledger'
import type { PersonalSetting } from './setting.ts'
import { listConsents } from './store.ts'

type Who = { readonly organisation: string; readonly person: string }

/**
 * The document: `format`, `exported`, `organisation`, `account`, `sessions`, `factors` (what
 * there is of each kind, nothing secret), `consents`, and `entries` of the log that name the person. An entry that somebody else made has no personal field of theirs.
 */
export async function exportPerson(setting: PersonalSetting, { organisation, person }: Who): Promise<Readable> {
  const { database, people, factors, now } = setting
  const kept = await database.readTenant({ organisation }, async (tx) => ({
    ...(await people.read(tx, person)),
    factors: await factors.read(tx, { organisation, person }),
    consents: await listConsents(tx, person),
  }))
  const head = { format: 'keyhold-personal/1', exported: now().toISOString(), organisation, ...kept }
  return Readable.from(writeDocument(head, listEntries(setting, { organisation, person })))
}

async function* writeDocument(head: object, entries: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "entries": [`
  let separator = '\n    '
  for await (const page of entries) {
    const lines = page.map((entry) => JSON.stringify(entry))
    if (lines.length > 0) yield `${separator}${lines.join(',\n    ')}`
    if (lines.length > 0) separator = ',\n    '
  }
  yield '\n  ]\n}\n'
}

async function* listEntries(
  { entries }: PersonalSetting,
  { organisation, person }: Who,
): AsyncGenerator<readonly object[]> {
  for await (const page of entries.readNaming(organisation, person)) {
    yield page.map(({ index, entry: text, disclosures }) => {
      const entry = JSON.parse(text) as LedgerEntry
      const own = entry.actor.id === person
      return { index, entry, personal: own ? disclosures.map(({ label, value }) => ({ label, value })) : [] }
    })
  }
}
