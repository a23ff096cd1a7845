/**
 * The control plane's process. Says how it is in one JSON line on stdout; stops on SIGTERM, SIGINT, or when the pipe that
 * its parent holds to its stdin closes. Exit code 1: the user can mend it; 2: something failed.
 */
import { fstatSync } from 'node:fs'
import { AppError } from '../platform/errors.ts'
import { giveBackStartMemory } from '../platform/start-memory.ts'
import { readConfig } from './config.ts'
import { startControl } from './control.ts'

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

try {
  const control = await startControl(readConfig(process.env), {
    onProgress: (step) => say({ progress: step }),
    onOutbox: (folder) => say({ notice: `No mail server is set (KEYHOLD_SMTP_URL): mails are files in ${folder}` }),
  })
  stopOnSignals(control.stop)
  const { url, port, caFingerprint, serverPin, enrolment } = control
  say({ ready: true, url, port, caFingerprint, serverPin, enrolment })
  giveBackStartMemory()
} catch (error) {
  const known = error instanceof AppError
  say({
    ready: false,
    code: known ? error.code : 'internal',
    message: known ? error.message : 'The control plane could not start.',
    ...(known && { remedy: error.remedy }),
  })
  process.exitCode = known ? 1 : 2
  if (!known && error instanceof Error) process.stderr.write(`${error.stack}\n`)
}

function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false
  const end = () => {
    if (stopping) return
    stopping = true
    stop().then(
      () => process.exit(0),
      () => process.exit(2),
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (isPipe(0)) process.stdin.on('end', end).resume()
}

/** A terminal or /dev/null says nothing about a parent. */
function isPipe(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor)
    return status.isFIFO() || status.isSocket()
  } catch {
    return false
  }
}
