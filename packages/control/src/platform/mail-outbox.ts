/** Mails as `.eml` files, for installations without a mail server: their administrator opens them with any mail program. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { composeMail } from './mail-message.ts'
import type { Deliver } from './mail.ts'
import { writePrivateFile } from './secret-file.ts'

const mostKept = 200

/** Files of mode 0600 in a folder of mode 0700, named by time; beyond 200 the oldest are removed. */
export function openOutbox(folder: string, from: string, onWritten: () => void = () => {}): Deliver {
  return async (mail) => {
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' })
    const { message } = await transport.sendMail(composeMail(mail, from))
    if (!Buffer.isBuffer(message)) throw new TypeError('the mail was not composed')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const name = `${new Date().toISOString().replaceAll(':', '')}-${randomBytes(4).toString('hex')}.eml`
    writePrivateFile(join(folder, name), message)
    removeOldest(folder)
    onWritten()
  }
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.eml'))
    .map((file) => ({ path: join(folder, file), time: statSync(join(folder, file)).mtimeMs }))
    .sort((one, other) => one.time - other.time || one.path.localeCompare(other.path))
  for (const { path } of files.slice(0, -mostKept)) rmSync(path, { force: true })
}
