/**
 * The data plane's program. Reads its start line from standard input, answers with one line of JSON on standard output
 * once it is connected, and ends on SIGTERM, SIGINT or when standard input closes.
 */
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { fingerprint } from '@keyhold/sealed'
import { parseStartLine, readConfig } from './app/config.ts'
import { DataPlane } from './app/data-plane.ts'
import { describeEnvironment } from './app/environment.ts'
import { describeRefusal } from './errors.ts'
import { createLog, openLogFile } from './platform/log.ts'
import { giveBackStartMemory } from './platform/start-memory.ts'
import { join } from 'node:path'

async function main(): Promise<void> {
  const config = readConfig(process.env)
  const logLine = openLogFile(join(config.folder, 'data.log'))
  const log = createLog(logLine)
  const lines = createInterface({ input: process.stdin })
  const ended = Promise.race([once(lines, 'close'), once(process, 'SIGTERM'), once(process, 'SIGINT')])
  const first = await Promise.race([once(lines, 'line').then(([line]) => String(line)), ended.then(() => undefined)])
  if (first === undefined) return
  const plane = await DataPlane.start({ config, line: parseStartLine(first), log, logLine })
  const up = await Promise.race([plane.ready().then(() => true), ended.then(() => false)])
  if (up) {
    const { keyId, publicKey } = plane.anchor
    const anchorFingerprint = await fingerprint(publicKey)
    const { custody } = config
    const ready = {
      ready: true,
      anchor: keyId,
      anchorFingerprint,
      setupLink: plane.setupLink,
      custody,
      ...describeEnvironment(),
    }
    process.stdout.write(`${JSON.stringify(ready)}\n`)
    giveBackStartMemory()
    await ended
  }
  log('data.stopping')
  await plane.stop()
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const { code, message, remedy } = describeRefusal(error)
    process.stderr.write(`${message} Remedy: ${remedy} (${code})\n`)
    process.exit(2)
  },
)
