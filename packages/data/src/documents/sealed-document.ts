/** A document as it is stored: head and body, each sealed under the project's document key and padded (docs/formats.md). */
import { DocumentHead } from '@keyhold/contract'
import { encodeCanonical, padmeLength, parseCanonical } from '@keyhold/sealed'
import { openBytes } from '@keyhold/sealed/open'
import { sealBytes } from '@keyhold/sealed/seal'
import { Compile } from 'typebox/compile'
import { DataError } from '../errors.ts'
import { digest } from '../formats/statements.ts'
import { tableKeyVersion, type Keyring } from '../project/keyring.ts'

export type DocumentPlace = { readonly organisation: string; readonly project: string; readonly keyring: Keyring }
export type SealedDocument = { readonly head: Buffer; readonly body: Buffer; readonly digest: string }

const headCheck = Compile(DocumentHead)

/** `body`: canonical JSON of the content. */
export async function sealDocument(
  place: DocumentPlace,
  head: DocumentHead,
  body: Uint8Array,
): Promise<SealedDocument> {
  const { id, version, ...shown } = head
  const sealedBody = await seal(place, id, version, 'document-body', body)
  const content = encodeCanonical({ ...shown, body: digest(sealedBody) })
  const sealedHead = await seal(place, id, version, 'document', content)
  return { head: sealedHead, body: sealedBody, digest: digest(sealedHead) }
}

/** The head and the digest of the body that belongs to it. @throws `document.forged` */
export async function openHead(
  place: DocumentPlace,
  id: string,
  version: number,
  sealed: Uint8Array,
): Promise<{ head: DocumentHead; body: string }> {
  const content = parseCanonical(await open(place, id, version, 'document', sealed))
  const { body, ...shown } = content as Record<string, unknown>
  const head: unknown = { ...shown, id, version }
  if (!headCheck.Check(head) || typeof body !== 'string') throw documentForged()
  return { head, body }
}

/** The content. `expected` is the digest that its head names. @throws `document.forged` */
export async function openBody(
  place: DocumentPlace,
  { id, version }: DocumentHead,
  expected: string,
  sealed: Uint8Array,
): Promise<unknown> {
  if (digest(sealed) !== expected) throw documentForged()
  return parseCanonical(await open(place, id, version, 'document-body', sealed))
}

type Part = 'document' | 'document-body'

async function seal(
  { organisation, project, keyring }: DocumentPlace,
  id: string,
  version: number,
  purpose: Part,
  content: Uint8Array,
): Promise<Buffer> {
  const keyId = await keyring.findDocumentKey()
  const key = await keyring.documentKey(keyId)
  const header = { organisation, project, table: null, file: id, version, purpose }
  try {
    const recipients = [{ kind: 'table-key', id: keyId, version: tableKeyVersion, key } as const]
    return Buffer.from(await sealBytes({ header, recipients }, pad(content)))
  } finally {
    key.fill(0)
  }
}

async function open(
  { organisation, project, keyring }: DocumentPlace,
  id: string,
  version: number,
  purpose: Part,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  const tableKey = (key: string, keyVersion: number) =>
    keyVersion === tableKeyVersion ? keyring.documentKey(key) : undefined
  const expected = { organisation, project, table: null, file: id, version, purpose }
  const padded = Buffer.from(await openBytes(sealed, { tableKey }, expected))
  const end = padded.length < 4 ? Number.NaN : 4 + padded.readUInt32BE(0)
  if (!(end <= padded.length)) throw documentForged()
  return padded.subarray(4, end)
}

function pad(content: Uint8Array): Buffer {
  const padded = Buffer.alloc(padmeLength(4 + content.length))
  padded.writeUInt32BE(content.length)
  padded.set(content, 4)
  return padded
}

export function documentForged(): DataError {
  return new DataError(
    'document.forged',
    'A stored document is not what this data plane sealed.',
    'Restore the newest state of the control plane’s database.',
  )
}
