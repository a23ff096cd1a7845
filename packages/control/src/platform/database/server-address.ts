/** How to reach a PostgreSQL server as a role: over a Unix socket, or over verified TLS. There is no third way. */
import { readFileSync } from 'node:fs'
import { failDatabase } from './errors.ts'

export type ServerAddress = {
  /** Folder of a Unix socket, or a host name. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Verified TLS; absent for Unix sockets only. */
  readonly ssl?: { readonly rejectUnauthorized: true; readonly ca?: string }
}

/**
 * Reads `postgres://user:password@host:port/database?sslrootcert=FILE`, or `postgres://user:password@/database?host=/folder`
 * for a Unix socket. Other parameters are refused, since ignoring one (sslmode=disable) would surprise.
 *
 * @throws `database.url_invalid`
 */
export function readDatabaseUrl(text: string): ServerAddress {
  // An empty host is what libpq writes for a socket, and what URL does not parse.
  const url = URL.parse(text.replace(/^postgres(ql)?:\/\/(.*)@\//, 'postgres://$2@socket/'))
  const database = url?.pathname.slice(1) ?? ''
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !database || !url.username)
    throw failDatabase('database.url_invalid')
  const { host: folder, sslrootcert, sslmode = 'verify-full', ...unknown } = Object.fromEntries(url.searchParams)
  const plain = sslmode !== 'verify-full' && folder === undefined
  if (Object.keys(unknown).length > 0 || plain) throw failDatabase('database.url_invalid')
  const account = {
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(database),
  }
  if (folder !== undefined) return { ...account, host: folder }
  const ca = sslrootcert === undefined ? {} : { ca: readAuthority(sslrootcert) }
  return { ...account, host: url.hostname.replace(/^\[|\]$/g, ''), ssl: { rejectUnauthorized: true, ...ca } }
}

function readAuthority(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw failDatabase('database.url_invalid', { cause })
  }
}
