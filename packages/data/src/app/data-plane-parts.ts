/** What a data plane is made of, opened from its folder or made and enrolled there. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../errors.ts'
import { openKeyFileProvider, type KeyProvider } from '../keyring/key-provider.ts'
import {
  openSigningKeys,
  readWrappedSigningKeys,
  type SigningKeys,
  type WrappedSigningKeys,
} from '../keyring/signing-keys.ts'
import type { Log } from '../platform/log.ts'
import { Roster } from '../roster/roster.ts'
import { SetupClaim } from '../roster/setup-claim.ts'
import { chooseAddress, type Config, type StartLine } from './config.ts'
import { enrol, readEnrolled, type Enrolled } from './enrolment.ts'
import { PidFile } from './pid-file.ts'

export type DataPlaneOptions = {
  readonly config: Config
  readonly line: StartLine
  readonly log: Log
  readonly logLine: (line: string) => void
}

export type Parts = {
  readonly enrolled: Enrolled
  readonly keys: SigningKeys
  /** The same as they are kept. */
  readonly wrapped: WrappedSigningKeys
  readonly provider: KeyProvider
  readonly roster: Roster
  readonly claim: SetupClaim
  readonly pidFile: PidFile
}

/** Takes the folder. @throws `config.`, `enrolment.`, `key` codes */
export async function openParts({ config, line }: DataPlaneOptions): Promise<Parts> {
  mkdirSync(config.folder, { recursive: true, mode: 0o700 })
  const pidFile = await PidFile.take(config.folder)
  const keysFolder = join(config.folder, 'keys')
  mkdirSync(keysFolder, { recursive: true, mode: 0o700 })
  if (config.custody !== 'demo' && line.passphrase === undefined) throw passphraseMissing()
  const provider = await openKeyFileProvider(keysFolder, config.custody === 'demo' ? undefined : line.passphrase)
  const keys = await openSigningKeys(keysFolder, provider)
  const wrapped = readWrappedSigningKeys(keysFolder)
  if (!wrapped) throw passphraseMissing()
  const known = readEnrolled(config.folder)
  const address = chooseAddress(config, line, known?.address)
  const enrolled = known ? { ...known, address } : await enrol(config.folder, address, line.enrolment?.token, keys)
  const roster = await Roster.open(config.folder, keys.anchor)
  return { enrolled, keys, wrapped, provider, roster, claim: new SetupClaim(config.folder), pidFile }
}

function passphraseMissing(): DataError {
  return new DataError(
    'keyfile.passphrase_missing',
    'Outside demo custody the key file’s passphrase is never kept on disk.',
    'Give it as "passphrase" on the first line of standard input.',
  )
}
