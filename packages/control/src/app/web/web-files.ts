/**
 * The built web app, read whole into memory at the start: only what was there then can be asked for, by exact name, and a
 * build that replaces the folder never mixes with what a running server gives out.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

type Encoding = 'br' | 'gzip'

export type WebFile = {
  readonly type: string
  /** Its address has a digest of its content in it. */
  readonly hashed: boolean
  readonly etag: string
  readonly plain: Buffer
  readonly encoded: Readonly<Partial<Record<Encoding, Buffer>>>
}

export type WebApp = {
  /** index.html, in pieces between which a nonce goes. */
  readonly page: readonly string[]
  /** By path, such as `/assets/index-D1c2.js`. */
  readonly files: ReadonlyMap<string, WebFile>
}

const noncePlace = '__CSP_NONCE__'
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

/** Reads the app of a folder; undefined when there is none. Files of an unknown kind, and hidden ones, are left out. */
export function readWebApp(folder: string): WebApp | undefined {
  const index = join(folder, 'index.html')
  if (!existsSync(index)) return undefined
  const files = listPaths(folder).flatMap((path) => {
    const file = readWebFile(folder, path)
    return file ? [[`/${path}`, file] as const] : []
  })
  return { page: readFileSync(index, 'utf8').split(noncePlace), files: new Map(files) }
}

/** The best form of a file for an `accept-encoding` header. */
export function chooseForm(file: WebFile, accepted: string): { encoding?: Encoding; bytes: Buffer } {
  for (const encoding of ['br', 'gzip'] as const) {
    const bytes = file.encoded[encoding]
    if (bytes && accepts(accepted, encoding)) return { encoding, bytes }
  }
  return { bytes: file.plain }
}

function accepts(header: string, encoding: Encoding): boolean {
  return header.split(',').some((part) => {
    const [name, ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/)
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter))
  })
}

function listPaths(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.')) return []
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    return entry.isDirectory() ? listPaths(folder, path) : [path]
  })
}

function readWebFile(folder: string, path: string): WebFile | undefined {
  const type = types[extname(path)]
  if (type === undefined) return undefined
  const plain = readFileSync(join(folder, path))
  const [br, gzip] = ['br', 'gz'].map((suffix) => readIfThere(join(folder, `${path}.${suffix}`)))
  return {
    type,
    hashed: path.startsWith('assets/'),
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    encoded: { ...(br && { br }), ...(gzip && { gzip }) },
  }
}

function readIfThere(path: string): Buffer | undefined {
  return existsSync(path) ? readFileSync(path) : undefined
}
