/** Certificates of the local authority that were given up before their end: kept in a file, and signed as a list. */
import type { KeyObject, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from '../secret-file.ts'
import { issueRevocationList } from './certificate.ts'

const day = 24 * 3600 * 1000
/** A list is made anew daily; who has one may use it for a week, so that a server that is down stops nobody. */
const goodDays = 7

/** `serial` in hex; times in ISO 8601. */
type Kept = { readonly serial: string; readonly revoked: string; readonly ends: string }

/** Puts a certificate on the list, until it ends. */
export function revoke(folder: string, { serialNumber, validToDate }: X509Certificate, now: Date): void {
  const others = readKept(folder).filter(
    ({ serial, ends }) => serial !== serialNumber && Date.parse(ends) > now.getTime(),
  )
  const one = { serial: serialNumber, revoked: now.toISOString(), ends: validToDate.toISOString() }
  writePrivateFile(pathOf(folder), JSON.stringify([...others, one]))
}

/** The signed list in DER, whenever it is asked for; signed once a day. */
export function openRevocationList(folder: string, authorityKey: KeyObject, title: string): () => Buffer {
  let list: { readonly der: Buffer; readonly made: number } | undefined
  return () => {
    const now = new Date()
    if (list !== undefined && now.getTime() - list.made < day) return list.der
    const revoked = readKept(folder).map(({ serial, revoked: at }) => ({ serial, at: new Date(at) }))
    const until = new Date(now.getTime() + goodDays * day)
    list = { der: issueRevocationList(authorityKey, title, revoked, { now, until }), made: now.getTime() }
    return list.der
  }
}

const pathOf = (folder: string) => join(folder, 'revoked.json')

function readKept(folder: string): Kept[] {
  const path = pathOf(folder)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Kept[]) : []
}
