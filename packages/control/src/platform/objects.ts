/** The object store: sealed bytes by uuid. This one keeps them in a folder; others keep the same promises. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { defineErrors } from './errors.ts'

const failObjects = defineErrors({
  'object.unknown': {
    status: 404,
    message: 'There is no such object.',
    remedy: 'Check its id; objects that no manifest names are deleted after a while.',
  },
  'object.exists': {
    status: 409,
    message: 'There is such an object already; objects are never changed.',
    remedy: 'Draw a new id.',
  },
  'object.bad_id': { status: 400, message: 'The name of an object is a UUID.', remedy: 'Send one (RFC 9562).' },
  'object.out_of_range': {
    status: 416,
    message: 'The range is outside the object.',
    remedy: 'Ask for a range inside its length.',
  },
})

type StoredObject = { readonly length: number; readonly digest: string }
/** `end` is exclusive; both default to the whole. */
type ObjectRange = { readonly start?: number; readonly end?: number }

export type ObjectStore = {
  /** Stores a stream under a new id; durable when it resolves. `digest` is base64url SHA-256. */
  readonly put: (id: string, content: AsyncIterable<Uint8Array>) => Promise<StoredObject>
  /** @throws `object.unknown` */
  readonly stat: (id: string) => Promise<{ readonly length: number }>
  /** @throws `object.unknown`, `object.out_of_range` */
  readonly read: (id: string, range?: ObjectRange) => Promise<Readable>
  /** Deletes durably; an unknown id is no error. */
  readonly delete: (id: string) => Promise<void>
  readonly list: () => AsyncIterable<string>
}

const writeBytes = 1 << 20
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Opens the store in a folder. Half-written objects of a killed run are removed. */
export async function openFolderStore(folder: string): Promise<ObjectStore> {
  const temporary = join(folder, 'incoming')
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true, mode: 0o700 })
  const place = (id: string) => {
    if (!uuid.test(id)) throw failObjects('object.bad_id')
    // The last two digits are random in a UUIDv7; the first ones are its time.
    return { shard: join(folder, id.slice(-2)), path: join(folder, id.slice(-2), id) }
  }
  return {
    put: (id, content) => putFile(join(temporary, id), place(id), content),
    stat: async (id) => ({ length: (await stat(place(id).path).catch(refuseUnknown)).size }),
    read: (id, range = {}) => readFile(place(id).path, range),
    async delete(id) {
      const { shard, path } = place(id)
      await rm(path, { force: true })
      await syncFolder(shard).catch(() => {})
    },
    list: () => listFolder(folder),
  }
}

type Place = { readonly shard: string; readonly path: string }

async function putFile(incoming: string, place: Place, content: AsyncIterable<Uint8Array>): Promise<StoredObject> {
  if (await stat(place.path).catch(() => undefined)) throw failObjects('object.exists')
  const hash = createHash('sha256')
  let length = 0
  const file = await open(incoming, 'wx', 0o600).catch(refuseExisting)
  try {
    // Chunks of TLS are 16 KiB; written one by one they would cost a system call each.
    let batch: Uint8Array[] = []
    let held = 0
    for await (const chunk of content) {
      hash.update(chunk)
      length += chunk.length
      batch.push(chunk)
      held += chunk.length
      if (held < writeBytes) continue
      await writeAll(file, batch)
      batch = []
      held = 0
    }
    await writeAll(file, batch)
    await file.datasync()
    await file.close()
    await mkdir(place.shard, { recursive: true, mode: 0o700 })
    await rename(incoming, place.path)
    await syncFolder(place.shard)
  } catch (error) {
    await file.close().catch(() => {})
    await rm(incoming, { force: true })
    throw error
  }
  return { length, digest: hash.digest('base64url') }
}

async function writeAll(file: FileHandle, batch: readonly Uint8Array[]): Promise<void> {
  const wanted = batch.reduce((sum, chunk) => sum + chunk.length, 0)
  if (wanted === 0) return
  const { bytesWritten } = await file.writev(batch)
  // A full disk may take a part only; the error then comes with the next write.
  if (bytesWritten < wanted) await file.writeFile(Buffer.concat(batch).subarray(bytesWritten))
}

async function readFile(path: string, { start = 0, end }: ObjectRange): Promise<Readable> {
  const { size } = await stat(path).catch(refuseUnknown)
  const last = end ?? size
  if (start < 0 || start > last || last > size) throw failObjects('object.out_of_range')
  // createReadStream cannot say "nothing": its end is inclusive.
  if (start === last) return Readable.from([])
  return createReadStream(path, { start, end: last - 1, highWaterMark: 1 << 20 })
}

async function* listFolder(folder: string): AsyncIterable<string> {
  for (const shard of await readdir(folder)) {
    if (!/^[0-9a-f]{2}$/.test(shard)) continue
    for (const name of await readdir(join(folder, shard))) if (uuid.test(name)) yield name
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function refuseUnknown(error: NodeJS.ErrnoException): never {
  throw error.code === 'ENOENT' ? failObjects('object.unknown') : error
}

function refuseExisting(error: NodeJS.ErrnoException): never {
  throw error.code === 'EEXIST' ? failObjects('object.exists') : error
}
