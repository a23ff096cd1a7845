/**
 * A data folder made again from a recovery kit. Keys come from the kit; roster, wrapped keys, tables and documents are
 * read from the control plane at the first start and believed as far as signatures go: see `catch-up.ts`.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { RecoveryKit } from '@keyhold/contract'
import { encodeCanonical } from '@keyhold/sealed'
import { Compile } from 'typebox/compile'
import { writeEnrolled } from '../app/enrolment.ts'
import { DataError } from '../errors.ts'
import { keyFileName, openKeyFileProvider, passphraseFile } from '../keyring/key-provider.ts'
import { openSigningKeys, writeWrappedSigningKeys } from '../keyring/signing-keys.ts'
import { readJson, writeDurable } from '../platform/durable-file.ts'
import { writeClaimed } from '../roster/setup-claim.ts'
import { kitMalformed } from './make-kit.ts'

/** What a restored data plane must find again at least, until it has. */
export type Awaited = Pick<RecoveryKit, 'roster' | 'log' | 'projects'>

const kitCheck = Compile(RecoveryKit)

/**
 * Writes a data plane's folder. Nothing is left of it when the kit or the passphrase is wrong.
 * @param passphrase needed where the kit has none
 * @throws `recovery.folder_in_use`, `recovery.kit_malformed`, `recovery.passphrase_missing`, `keyfile.wrong_passphrase`
 */
export async function restoreDataFolder(folder: string, kit: unknown, passphrase?: string): Promise<RecoveryKit> {
  if (!kitCheck.Check(kit)) throw kitMalformed()
  const keysFolder = join(folder, 'keys')
  if (existsSync(keysFolder)) throw inUse()
  const secret = passphrase ?? kit.passphrase
  if (secret === null) throw passphraseMissing()
  await checkKit(kit, secret, folder)
  mkdirSync(keysFolder, { recursive: true, mode: 0o700 })
  const { organisation, dataPlane, ledgerKey, server, roster, log, projects } = kit
  writeClaimed(folder)
  writeEnrolled(folder, { organisation, dataPlane, ledgerKey, address: server })
  const awaited: Awaited = { roster, log, projects }
  writeDurable(pathIn(folder), JSON.stringify(awaited))
  writeKeys(keysFolder, kit, secret)
  return kit
}

/** What is still to be found again, or undefined when nothing is. */
export function readAwaited(folder: string): Awaited | undefined {
  return readJson(pathIn(folder)) as Awaited | undefined
}

export function pathIn(folder: string): string {
  return join(folder, 'restored.json')
}

function writeKeys(folder: string, kit: RecoveryKit, secret: string): void {
  writeDurable(join(folder, keyFileName), encodeCanonical(kit.keyFile))
  // Outside demo custody the passphrase is given at each start, and never written down here.
  if (kit.custody === 'demo') writeDurable(join(folder, passphraseFile), `${secret}\n`)
  writeWrappedSigningKeys(folder, kit.signingKeys)
}

/** Opens everything once, in a folder of its own. */
async function checkKit(kit: RecoveryKit, secret: string, folder: string): Promise<void> {
  const trial = `${folder}.trial`
  rmSync(trial, { recursive: true, force: true })
  mkdirSync(trial, { recursive: true, mode: 0o700 })
  try {
    writeKeys(trial, kit, secret)
    const keys = await openSigningKeys(trial, await openKeyFileProvider(trial, secret))
    if (Buffer.from(keys.anchor.publicKey).toString('base64url') !== kit.anchorPublicKey) throw kitMalformed()
  } finally {
    rmSync(trial, { recursive: true, force: true })
  }
}

function inUse(): DataError {
  return new DataError(
    'recovery.folder_in_use',
    'The folder has a data plane’s keys already.',
    'Restore into an empty folder; move the old one away if it is damaged.',
  )
}

function passphraseMissing(): DataError {
  return new DataError(
    'recovery.passphrase_missing',
    'The kit does not hold the key file’s passphrase.',
    'Give the passphrase that the data plane was started with.',
  )
}
