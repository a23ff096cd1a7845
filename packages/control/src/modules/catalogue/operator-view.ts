/**
 * What the control plane holds for a table, as it holds it: the rows that name the table or what belongs to it, and of
 * each object its length, digest, header and first bytes. Entries of the log are not here; the audit operations show
 * those.
 */
import { encodeCanonical, parseSealedHead, SealedError } from '@keyhold/sealed'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Answer } from '../../platform/http/call.ts'
import { failCatalogue } from './errors.ts'
import { readHeldRows, type HeldRow } from './held-rows.ts'
import type { CatalogueSetting } from './setting.ts'

const mostObjects = 2_000
const shownBytes = 256
const shownBodyBytes = 1_024
/** Heads are far shorter; one that is not is shown without its header. */
const headBytes = 64 * 1024
const readersAtOnce = 8

type OperatorView = Answer<'readOperatorView'>
type HeldObject = OperatorView['objects'][number]

/** @throws `table.view_too_large` */
export async function readOperatorView(
  setting: CatalogueSetting,
  organisation: string,
  table: string,
): Promise<OperatorView> {
  const rows = await setting.database.readTenant({ organisation }, (tx: Transaction) => readHeldRows(tx, table))
  const objects = (rows['objects'] ?? []) as unknown as ObjectRow[]
  if (objects.length > mostObjects) throw failCatalogue('table.view_too_large')
  return { rows: showRows(rows), objects: await describeObjects(setting, objects) }
}

type ObjectRow = { id: string; length: number; digest: string }

async function describeObjects(setting: CatalogueSetting, rows: readonly ObjectRow[]): Promise<HeldObject[]> {
  const described: HeldObject[] = []
  for (let at = 0; at < rows.length; at += readersAtOnce) {
    const some = rows.slice(at, at + readersAtOnce)
    described.push(...(await Promise.all(some.map((row) => describeObject(setting, row)))))
  }
  return described
}

async function describeObject({ objects }: CatalogueSetting, { id, length, digest }: ObjectRow): Promise<HeldObject> {
  const end = Math.min(length, headBytes)
  const chunks: Uint8Array[] = []
  // An object that is deleted just now, after its row was read, has no bytes to show.
  try {
    for await (const chunk of await objects.read(id, { start: 0, end })) chunks.push(chunk as Uint8Array)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'object.unknown') throw error
  }
  const bytes = Buffer.concat(chunks)
  const firstBytes = bytes.subarray(0, shownBytes).toString('base64url')
  return { id, length, digest, firstBytes, ...(await describeHead(bytes)) }
}

/** The context header's canonical JSON, and the beginning of the body; empty for bytes that are no sealed file. */
async function describeHead(bytes: Buffer): Promise<Pick<HeldObject, 'header' | 'bodyBytes'>> {
  try {
    const { header, length } = await parseSealedHead(bytes)
    const bodyBytes = bytes.subarray(length, length + shownBodyBytes).toString('base64url')
    return { header: Buffer.from(encodeCanonical(header)).toString(), bodyBytes }
  } catch (error) {
    if (error instanceof SealedError) return { header: '', bodyBytes: '' }
    throw error
  }
}

/** Bytes as base64url; everything else as it is. */
function showRows(rows: Readonly<Record<string, readonly HeldRow[]>>): OperatorView['rows'] {
  return Object.fromEntries(Object.entries(rows).map(([name, held]) => [name, held.map(showRow)]))
}

function showRow(row: HeldRow): Record<string, unknown> {
  const show = (value: unknown) => (Buffer.isBuffer(value) ? value.toString('base64url') : value)
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, show(value)]))
}
