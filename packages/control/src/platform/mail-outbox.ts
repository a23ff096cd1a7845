/** Mails as `.eml` files, for installations without a mail server: their administrator opens them with any mail program. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Deliver, Mail } from './mail.ts'
import { writePrivateFile } from './secret-file.ts'

const mostKept = 200

/** Files of mode 0600 in a folder of mode 0700, named by time; beyond 200 the oldest are removed. */
export function openOutbox(folder: string, from: string, onWritten: () => void = () => {}): Deliver {
  return async (mail) => {
    const time = new Date()
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const name = `${time.toISOString().replaceAll(':', '')}-${randomBytes(4).toString('hex')}.eml`
    writePrivateFile(join(folder, name), formatMail(mail, from, time))
    removeOldest(folder)
    onWritten()
  }
}

/** UTF-8 as it is, headers too (RFC 6532): a file has no server to get through, and its links are to be read whole. */
function formatMail({ to, subject, text }: Mail, from: string, time: Date): string {
  return [
    `From: Keyhold <${from}>`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Date: ${time.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@${from.split('@')[1]}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    text,
  ].join('\n')
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.eml'))
    .map((file) => ({ path: join(folder, file), time: statSync(join(folder, file)).mtimeMs }))
    .sort((one, other) => one.time - other.time || one.path.localeCompare(other.path))
  for (const { path } of files.slice(0, -mostKept)) rmSync(path, { force: true })
}
