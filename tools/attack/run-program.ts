import { spawn } from 'node:child_process'

export type Ended = { readonly code: number | null; readonly output: string; readonly timedOut: boolean }

/** Runs a program to its end, or ends it when its time is over. Rejects when it cannot be started. */
export function runProgram(program: string, args: readonly string[], milliseconds: number): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let timedOut = false
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const limit = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, milliseconds)
  child.once('error', reject)
  child.once('close', (code) => {
    clearTimeout(limit)
    resolve({ code, output, timedOut })
  })
  return promise
}
