import { maximumLineLength } from './bundle.ts'
import { LedgerError } from './errors.ts'

/**
 * Lines (without their newline) of a file read as chunks of bytes, with memory for one chunk and one line. The last line
 * needs its newline: without, the file was cut. @throws LedgerError `ledger.bundle_malformed`, `ledger.bundle_truncated`
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decodeChunk(decoder, chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maximumLineLength) refuse('A line of the exported log is too long')
    yield* lines
  }
  if (rest !== '') throw new LedgerError('ledger.bundle_truncated', 'The exported log ends within a line')
}

function decodeChunk(decoder: TextDecoder, chunk: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: true })
  } catch {
    return refuse('The exported log is not UTF-8')
  }
}

function refuse(message: string): never {
  throw new LedgerError('ledger.bundle_malformed', message)
}
