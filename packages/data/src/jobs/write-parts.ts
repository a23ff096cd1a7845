/** Plaintext written into part files of some 64 MiB that end at a record boundary, in private working memory. */
import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportPart, RecordCutter } from '../engine/index.ts'
import type { PartQueue } from './part-queue.ts'

export type PartSetting = {
  readonly folder: string
  /** Undefined: the whole source is one part. */
  readonly cutter: RecordCutter | undefined
  readonly partBytes: number
}

/** Where a part begins in the stream. */
type Start = { readonly byte: number; readonly line: number }
type Part = { readonly path: string; readonly file: FileHandle; readonly start: Start; bytes: number }

/** Puts parts into the queue until the plaintext ends or nobody reads them; answers what the source returned. */
export async function writeParts<R>(
  source: AsyncGenerator<Uint8Array, R>,
  queue: PartQueue<ImportPart>,
  { folder, cutter, partBytes }: PartSetting,
): Promise<R | undefined> {
  let part = await startPart(folder, { byte: 0, line: 0 })
  try {
    for (;;) {
      const next = await source.next()
      if (next.done) {
        cutter?.finish()
        await queue.put(await finishPart(part, cutter, cutter?.lines))
        queue.end()
        return next.value
      }
      const chunk = next.value
      const cut = cutter?.push(chunk) ?? 0
      if (cut === 0 || part.bytes + cut < partBytes) {
        await append(part, chunk)
        continue
      }
      await append(part, chunk.subarray(0, cut))
      if (!(await queue.put(await finishPart(part, cutter, cutter?.linesAtCut)))) return undefined
      part = await startPart(folder, { byte: part.start.byte + part.bytes, line: cutter?.linesAtCut ?? 0 })
      await append(part, chunk.subarray(cut))
    }
  } catch (error) {
    queue.end(error)
    await part.file.close().catch(() => {})
    await rm(part.path, { force: true })
    throw error
  }
}

let made = 0

async function startPart(folder: string, start: Start): Promise<Part> {
  const path = join(folder, `part-${++made}`)
  return { path, file: await open(path, 'wx', 0o600), start, bytes: 0 }
}

async function append(part: Part, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length;) done += (await part.file.write(chunk, done)).bytesWritten
  part.bytes += chunk.length
}

async function finishPart(part: Part, cutter: RecordCutter | undefined, linesAtEnd = 0): Promise<ImportPart> {
  await part.file.close()
  if (!cutter) return { path: part.path }
  const { byte, line } = part.start
  const nulAt = cutter.nulAt === null ? -1 : cutter.nulAt - byte
  const inside = nulAt >= 0 && nulAt < part.bytes
  return { path: part.path, seen: { lines: linesAtEnd - line, nulAt: inside ? nulAt : null } }
}
