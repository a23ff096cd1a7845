import { closeSync, mkdtempSync, openSync, read, rmSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spoolBytes, type Spool } from '@keyhold/client'

const memoryLimit = 16 << 20

/** Keeps a body: in memory up to 16 MiB, beyond that in a nameless temporary file. It is ciphertext either way. */
export async function spoolBody(body: AsyncIterable<Uint8Array>): Promise<Spool> {
  const parts: Uint8Array[] = []
  let length = 0
  let descriptor: number | undefined
  try {
    for await (const part of body) {
      length += part.length
      if (descriptor !== undefined) writeAll(descriptor, part)
      else if (parts.push(part) > 0 && length > memoryLimit) {
        descriptor = openNameless()
        for (const kept of parts.splice(0)) writeAll(descriptor, kept)
      }
    }
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor)
    throw error
  }
  return descriptor === undefined ? spoolBytes(Buffer.concat(parts)) : spoolFile(descriptor, length)
}

function spoolFile(descriptor: number, length: number): Spool {
  return {
    length,
    readRange: (offset, wanted) => readRange(descriptor, offset, wanted),
    close: async () => closeSync(descriptor),
  }
}

function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-'))
  const path = join(folder, 'answer')
  const descriptor = openSync(path, 'wx+', 0o600)
  unlinkSync(path)
  rmSync(folder, { recursive: true, force: true })
  return descriptor
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done)
}

async function readRange(descriptor: number, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const count = await readSome(descriptor, bytes, done, offset + done)
    if (count === 0) break
    done += count
  }
  return bytes.subarray(0, done)
}

function readSome(descriptor: number, bytes: Buffer, at: number, position: number): Promise<number> {
  return new Promise((resolve, reject) =>
    read(descriptor, bytes, at, bytes.length - at, position, (error, count) =>
      error === null ? resolve(count) : reject(error),
    ),
  )
}
