/** Sealing and opening beside raw AES-256-GCM of the same segments, on one core, in turns. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { FileOpener } from '@keyhold/sealed/open'
import { createFileSealer, drawFileKey } from '@keyhold/sealed/seal'
import type { Figure } from './figure.ts'

const capacity = 262_112
const chunkLength = 1 << 20
const turns = 16
const turnLength = 64 << 20
const header = { organisation: 'o', project: 'p', table: 't', file: 'f', version: 1, purpose: 'data' } as const
const tableKey = randomBytes(32)
const source = randomBytes(turnLength)

interface RawSegment {
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

function encryptRaw(key: Buffer): RawSegment[] {
  const segments: RawSegment[] = []
  for (let offset = 0; offset < source.length; offset += capacity) {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
    cipher.setAAD(new Uint8Array(9))
    const ciphertext = cipher.update(source.subarray(offset, offset + capacity))
    cipher.final()
    segments.push({ iv, ciphertext, tag: cipher.getAuthTag() })
  }
  return segments
}

function decryptRaw(key: Buffer, segments: readonly RawSegment[]): number {
  let length = 0
  for (const { iv, ciphertext, tag } of segments) {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
    decipher.setAAD(new Uint8Array(9))
    decipher.setAuthTag(tag)
    length += decipher.update(ciphertext).length
    decipher.final()
  }
  return length
}

/** The pieces of a sealed file, in order, as a writer would get them. */
async function sealStream(): Promise<Uint8Array[]> {
  const recipients = [{ kind: 'table-key', id: 'k', version: 1, key: tableKey }] as const
  const sealer = await createFileSealer({ header, recipients, fileKey: drawFileKey() })
  const pieces: Uint8Array[] = [sealer.head]
  for (let offset = 0; offset < source.length; offset += chunkLength) {
    for (const segment of await sealer.push(source.subarray(offset, offset + chunkLength))) pieces.push(...segment)
  }
  for (const segment of await sealer.finish()) pieces.push(...segment)
  return pieces
}

async function openStream(sealed: Uint8Array): Promise<number> {
  const { organisation, project, purpose } = header
  const opener = new FileOpener({ tableKey: () => tableKey }, { organisation, project, purpose })
  let length = 0
  for (let offset = 0; offset < sealed.length; offset += chunkLength) {
    for (const plaintext of await opener.push(sealed.subarray(offset, offset + chunkLength))) length += plaintext.length
  }
  return length + (await opener.finish()).length
}

async function seconds<T>(work: () => T | Promise<T>): Promise<{ value: T; elapsed: number }> {
  const started = performance.now()
  const value = await work()
  return { value, elapsed: (performance.now() - started) / 1000 }
}

async function measure(): Promise<Figure[]> {
  const rawKey = randomBytes(32)
  const totals = { rawSeal: 0, seal: 0, rawOpen: 0, open: 0 }
  // The first turn warms up and does not count.
  for (let turn = 0; turn <= turns; turn++) {
    const counts = turn === 0 ? 0 : 1
    const raw = await seconds(() => encryptRaw(rawKey))
    const sealed = await seconds(sealStream)
    const rawOpened = await seconds(() => decryptRaw(rawKey, raw.value))
    const joined = Buffer.concat(sealed.value)
    const opened = await seconds(() => openStream(joined))
    if (opened.value !== source.length || rawOpened.value !== source.length) throw new Error('Bytes were lost')
    totals.rawSeal += counts * raw.elapsed
    totals.seal += counts * sealed.elapsed
    totals.rawOpen += counts * rawOpened.elapsed
    totals.open += counts * opened.elapsed
  }
  return [figure('seal.vs_raw', totals.rawSeal, totals.seal), figure('open.vs_raw', totals.rawOpen, totals.open)]
}

function figure(name: string, raw: number, ours: number): Figure {
  const speed = (elapsed: number) => `${((turns * turnLength) / elapsed / 1e9).toFixed(2)} GB/s`
  const note = `1 GiB in chunks of 1 MiB, ${turns} turns: ${speed(ours)} beside raw AES-256-GCM at ${speed(raw)}`
  return { name, value: Number((raw / ours).toFixed(3)), unit: 'ratio', budget: '≥ 0.6', note }
}

export const benchmarks: Record<string, () => Promise<Figure[]>> = { 'seal.vs_raw open.vs_raw': measure }
