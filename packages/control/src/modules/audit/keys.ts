/** The key of each log: signs its checkpoints, and is sealed under the platform key at rest. */
import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { formatVerifierKey, makeVerifierKey, type NoteSigner, type VerifierKey } from '@keyhold/ledger'
import { build } from '../../platform/database/build.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'

export type LogKey = {
  /** Name of the log: the first line of its checkpoints. */
  readonly origin: string
  readonly verifier: VerifierKey
  /** The verifier key as text: `name+id+key`. */
  readonly text: string
  readonly signer: NoteSigner
}

/** Reads the log's key, or makes it in this transaction. */
export async function ensureLogKey(
  transaction: Transaction,
  organisation: string,
  key: PlatformKey,
  now: string,
): Promise<LogKey> {
  const known = await readLogKey(transaction, organisation, key)
  if (known) return known
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const name = `keyhold/${organisation}`
  await transaction.change(
    build
      .insertInto('ledger_keys')
      .values({
        organisation,
        name,
        public_key: rawPublicKey(publicKey),
        private_key_sealed: key.seal('ledger-key', organisation, privateKey.export({ type: 'pkcs8', format: 'der' })),
        created: now,
      })
      .onConflict((conflict) => conflict.doNothing()),
  )
  // Another node may have been first.
  return (await readLogKey(transaction, organisation, key)) as LogKey
}

async function readLogKey(
  transaction: Transaction,
  organisation: string,
  key: PlatformKey,
): Promise<LogKey | undefined> {
  const row = await transaction.first(
    build
      .selectFrom('ledger_keys')
      .select(['name', 'public_key', 'private_key_sealed'])
      .where('organisation', '=', organisation),
  )
  if (!row) return undefined
  const sealed = key.open('ledger-key', organisation, row.private_key_sealed)
  const privateKey = createPrivateKey({ key: sealed, format: 'der', type: 'pkcs8' })
  return describeKey(row.name, row.public_key, privateKey)
}

function describeKey(origin: string, publicKey: Uint8Array, privateKey: KeyObject): LogKey {
  const verifier = makeVerifierKey(origin, 'ed25519', new Uint8Array(publicKey))
  const signer = { key: verifier, sign: (message: Uint8Array) => sign(null, message, privateKey) }
  return { origin, verifier, text: formatVerifierKey(verifier), signer }
}

function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url')
}
