/**
 * The program of a reader of workbooks: one for each file, behind the walls of an engine, without a database. It holds no
 * key and opens no socket; requests come on standard input, and it ends when its input does.
 */
import { Failure } from '../process/duck-error.ts'
import { encodeFrame, FrameReader } from '../process/frames.ts'
import type { SheetMessage, SheetSettings } from './messages.ts'
import { readSheet } from './read-sheet.ts'

const settings = JSON.parse(process.argv[2] ?? '{}') as SheetSettings

async function answer(request: SheetMessage & { readonly id: number }): Promise<void> {
  try {
    const value = await readSheet(settings, request)
    process.stdout.write(encodeFrame({ id: request.id, value }))
  } catch (error) {
    const failure = error instanceof Failure ? error.failure : { code: 'import.bad_sheet' as const }
    process.stdout.write(encodeFrame({ id: request.id, failure }))
  }
}

const reader = new FrameReader()
process.stdin.on('data', (chunk: Buffer) => {
  for (const frame of reader.push(chunk)) void answer(frame as SheetMessage & { id: number })
})
process.stdin.on('end', () => {
  process.kill(process.pid, 'SIGKILL')
  process.exit(0)
})
process.stdout.write(encodeFrame({ id: 0, value: null }))
