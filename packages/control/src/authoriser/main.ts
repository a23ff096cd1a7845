/**
 * The authorising process: says whose a hash is, and nothing else. It has no listener and no secret but its role's
 * password; it ends with its parent, whose end closes stdin, and when its database leaves, to be started again.
 */
import { createInterface } from 'node:readline'
import type { AuthoriserStart, Batch, ProcessMessage } from '../platform/authoriser/protocol.ts'
import { openHolders } from './holders.ts'

const say = (message: ProcessMessage) => process.stdout.write(`${JSON.stringify(message)}\n`)
/** The log of the parent says that it ended; what a statement or a path was does not belong there. */
const fail = () => process.exit(1)

process.title = 'keyhold authoriser'
// A terminal or a supervisor tells the whole group; calls that the parent still answers need this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
process.stdout.on('error', fail)

const lines = createInterface({ input: process.stdin })
lines.once('close', () => process.exit(0))
lines.once('line', (first) => void serve(JSON.parse(first) as AuthoriserStart))

async function serve(start: AuthoriserStart): Promise<void> {
  const holders = await openHolders(start, fail)
  lines.on('line', (line) => void answer(JSON.parse(line) as Batch))
  say({ ready: true })

  async function answer({ id, questions }: Batch): Promise<void> {
    say({ id, answers: await holders.find(questions) })
  }
}
