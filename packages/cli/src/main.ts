/** The `keyhold` command: the only place that reads the process and ends it. */
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { exitCodes } from './errors.ts'
import { runCommandLine } from './run.ts'
import { createTerminalContexts } from './terminal.ts'

// Without it V8 collects the whole heap again and again for the buffers of an upload that only pass through.
setFlagsFromString('--external-memory-accounted-in-global-limit')

// WebCrypto's newer algorithms announce themselves as experimental; that is nothing to tell a user.
process.removeAllListeners('warning')
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`)
})

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second time the user means it.
    if (stopping.signal.aborted) process.exit(exitCodes.mendable)
    stopping.abort()
  })
}
// A reader that has seen enough, such as `head`, closes the pipe: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done)
})

process.exitCode = await runCommandLine(process.argv.slice(2), createTerminalContexts(stopping.signal))
