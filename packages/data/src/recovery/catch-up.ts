/**
 * The first contact after a restore: what the lost folder knew is read from the control plane. Signatures are checked as
 * ever, and nothing may be older than the kit says. What cannot be checked is whether the control plane holds back what
 * is newer than the kit: that is the price of a lost folder.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ControlMethods, SealingKeySet } from '@keyhold/contract'
import { DataError } from '../errors.ts'
import { digestOf, verifyBody } from '../formats/statements.ts'
import { writeProvisioned } from '../keyring/project-keys.ts'
import type { SigningKeys } from '../keyring/signing-keys.ts'
import type { LedgerClient } from '../ledger-client/ledger-client.ts'
import { writeDurable } from '../platform/durable-file.ts'
import type { Roster } from '../roster/roster.ts'
import { pathIn, type Awaited } from './restore-folder.ts'

export type CatchUpParts = {
  readonly folder: string
  readonly organisation: string
  readonly keys: SigningKeys
  readonly roster: Roster
  readonly ledger: Pick<LedgerClient, 'resume'>
  readonly folderOf: (project: string) => string
  readonly call: <K extends keyof ControlMethods>(
    method: K,
    params: ControlMethods[K]['params'],
  ) => Promise<ControlMethods[K]['result']>
}

const markerName = 'adopt.json'

/** @throws `recovery.older` when the control plane gives less than the kit had, and codes of what does not verify */
export async function catchUp(awaited: Awaited, parts: CatchUpParts): Promise<void> {
  await readRoster(awaited, parts)
  await resumeChain(awaited, parts)
  const { projects } = await parts.call('projects.list', {})
  if (awaited.projects.some((project) => !projects.includes(project))) throw older()
  for (const project of projects) await readProject(project, parts)
  rmSync(pathIn(parts.folder))
}

/** Whether a project's tables and documents are to be taken as the control plane gives them, this once. */
export function adoptionMarker(folder: string): string {
  return join(folder, markerName)
}

async function readRoster({ roster: known }: Awaited, { call, roster, organisation }: CatchUpParts): Promise<void> {
  const { statements } = await call('roster.read', { from: 1 })
  for (const statement of statements.slice(roster.length)) await roster.append(statement, organisation)
  const then = roster.list()[known.number - 1]
  if ((then ? digestOf(then) : null) !== known.digest) throw older()
}

async function resumeChain({ log }: Awaited, { call, ledger }: CatchUpParts): Promise<void> {
  const { sequence, last } = await call('ledger.head', {})
  if (sequence < log.sequence) throw older()
  if (last) await ledger.resume(last, log.checkpoint)
}

async function readProject(project: string, { call, keys, organisation, folderOf }: CatchUpParts): Promise<void> {
  const provisioned = await call('keys.read', { project })
  const set: SealingKeySet = await verifyBody('sealing-key-set', keys.anchor.publicKey, provisioned.set)
  if (set.organisation !== organisation || set.project !== project) throw older()
  const folder = folderOf(project)
  writeDurable(adoptionMarker(folder), '{}')
  writeProvisioned(folder, provisioned)
}

function older(): DataError {
  return new DataError(
    'recovery.older',
    'The control plane gives less than the recovery kit had seen.',
    'Restore the newest state of the control plane’s database first.',
  )
}
