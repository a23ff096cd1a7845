/** Opens one sealed data file into a plain one, as fast as one processor can: whole mebibytes, no waiting in between. */
import { closeSync, openSync, readSync, rmSync, writevSync } from 'node:fs'
import { FileOpener } from '@keyhold/sealed/open'
import { tableKeyVersion } from '../project/keyring.ts'

export type DecryptTask = {
  readonly sealed: string
  readonly target: string
  readonly organisation: string
  readonly project: string
  readonly table: string
  readonly file: string
  readonly keyId: string
  /** The table key; overwritten when the task is done. */
  readonly key: Uint8Array
}

const chunkBytes = 4 << 20

/** The target is whole and verified, or absent. @throws the codes of `FileOpener` */
export async function decryptFile(task: DecryptTask): Promise<void> {
  const { organisation, project, table, file } = task
  const tableKey = (id: string, version: number) =>
    id === task.keyId && version === tableKeyVersion ? task.key : undefined
  const opener = new FileOpener({ tableKey }, { organisation, project, table, file, purpose: 'data' })
  const [source, target] = [openSync(task.sealed, 'r'), openSync(task.target, 'wx', 0o600)]
  try {
    await openInto(source, target, opener)
  } catch (error) {
    rmSync(task.target, { force: true })
    throw error
  } finally {
    task.key.fill(0)
    closeSync(source)
    closeSync(target)
  }
}

async function openInto(source: number, target: number, opener: FileOpener): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(chunkBytes)
  for (;;) {
    const length = readSync(source, buffer, 0, chunkBytes, null)
    if (length === 0) break
    writeAll(target, await opener.push(buffer.subarray(0, length)))
  }
  writeAll(target, [await opener.finish()])
}

function writeAll(target: number, pieces: Uint8Array[]): void {
  let left = pieces.filter((piece) => piece.length > 0)
  while (left.length > 0) {
    let written = writevSync(target, left)
    while (left[0] && written >= left[0].length) {
      written -= left[0].length
      left = left.slice(1)
    }
    if (left[0] && written > 0) left = [left[0].subarray(written), ...left.slice(1)]
  }
}
