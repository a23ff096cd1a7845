/** The first line of a data plane that runs by itself: its enrolment at the first start, and the key file's passphrase. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readPrivateLine, type Answers } from './read-answers.ts'
import { StartError } from './start-error.ts'

export type LineSources = {
  readonly home: string
  readonly custody: string
  readonly enrolmentFile: string | undefined
  readonly passphraseFile: string | undefined
}

/** As long as a person's password has to be. */
const shortestPassphrase = 15

/** @throws StartError, saying what is missing */
export async function readDataPlaneLine(sources: LineSources, answers: Answers): Promise<object> {
  const enrolment = await readEnrolment(sources, answers)
  const passphrase = sources.custody === 'demo' ? undefined : await readPassphrase(sources, answers)
  return { ...enrolment, ...(passphrase !== undefined && { passphrase }) }
}

/** Nothing once the folder is enrolled: an enrolment works once, and its file may be gone. */
async function readEnrolment({ home, enrolmentFile }: LineSources, answers: Answers): Promise<object> {
  if (existsSync(join(home, 'data', 'enrolled.json'))) return {}
  const text = enrolmentFile === undefined ? await answers.ask('Enrolment line: ', { secret: true }) : undefined
  return parseEnrolment(text ?? readPrivateLine(enrolmentFile ?? ''))
}

function parseEnrolment(text: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed()
  }
  const { enrolment, serverPin, url } = (value ?? {}) as Record<string, unknown>
  const token = (enrolment as { token?: unknown } | null | undefined)?.token
  if (typeof token !== 'string' || typeof serverPin !== 'string' || typeof url !== 'string') throw malformed()
  return { enrolment: { token }, serverPin, url }
}

async function readPassphrase({ home, passphraseFile }: LineSources, answers: Answers): Promise<string> {
  const isNew = !existsSync(join(home, 'data', 'keys', 'key-file.json'))
  if (passphraseFile !== undefined) return checkLength(readPrivateLine(passphraseFile), isNew)
  const asked = isNew ? 'Passphrase for the new key file: ' : 'Passphrase of the key file: '
  const passphrase = checkLength(await answers.ask(asked, { secret: true }), isNew)
  if (isNew && answers.isTerminal && (await answers.ask('Once more: ', { secret: true })) !== passphrase)
    throw new StartError('The two passphrases differ.', 'Start again; nothing was made yet.')
  return passphrase
}

function checkLength(passphrase: string, isNew: boolean): string {
  if (passphrase.length >= (isNew ? shortestPassphrase : 1)) return passphrase
  throw new StartError(
    'The passphrase of the key file is too short.',
    `Choose ${shortestPassphrase} characters or more, and keep them: without them nobody opens the data again.`,
  )
}

function malformed(): StartError {
  return new StartError(
    'This is not an enrolment line.',
    'Copy the whole line, from { to }, that an operator of the control plane was shown when they made the organisation.',
  )
}
