/** Secrets in files of mode 0600, made once, durable before they are used. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from './errors.ts'

/** Writes a file of mode 0600 so that it is whole or absent after a crash: temporary name, fsync, rename, fsync folder. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`
  const descriptor = openSync(temporary, 'wx', 0o600)
  writeSync(descriptor, typeof content === 'string' ? Buffer.from(content) : content)
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(temporary, path)
  syncFolder(dirname(path))
}

/** The bytes of a secret file that is there. @throws as `ensureSecret`; when there is none */
export function readSecret(path: string, bytes = 32): Buffer {
  checkPrivate(path)
  const secret = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url')
  if (secret.length === bytes) return secret
  throw new AppError('secret.wrong_length', {
    status: 500,
    message: 'A secret file of the control plane is damaged.',
    remedy: `Restore ${path} from your backup; a new one would not open what the old one sealed.`,
  })
}

/**
 * The bytes of a secret file; made with `bytes` random bytes if there is none.
 *
 * @throws `secret.readable_by_others` when group or others may read it, `secret.wrong_length`
 */
export function ensureSecret(path: string, bytes = 32): Buffer {
  if (!existsSync(path)) writePrivateFile(path, `${randomBytes(bytes).toString('base64url')}\n`)
  return readSecret(path, bytes)
}

function checkPrivate(path: string): void {
  if (process.platform === 'win32' || (statSync(path).mode & 0o077) === 0) return
  throw new AppError('secret.readable_by_others', {
    status: 500,
    message: 'A secret file of the control plane can be read by other users.',
    remedy: `Run: chmod 600 ${path}`,
  })
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
