/**
 * Passwords as argon2id hashes (RFC 9106) in PHC strings, made in Node's thread pool: 19 MiB, 2 passes, 1 lane (OWASP's
 * minimum). The costs stand in the hash, so that they can rise later without ending old passwords.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { failPeople } from './errors.ts'

const runArgon2 = promisify(argon2)
const costs = { memory: 19 * 1024, passes: 2, parallelism: 1 } as const
const saltLength = 16
const hashLength = 32
/** At most so many at a time: each takes 19 MiB and a thread that files need too. */
const mostAtOnce = 2
const mostWaiting = 64

const phcForm =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/

export type PasswordHasher = {
  /** @throws `sign_in.busy` */
  readonly hash: (password: string) => Promise<string>
  /** Takes as long whatever the answer. `undefined` stands for a hash that nothing fits. @throws `sign_in.busy` */
  readonly verify: (password: string, hash: string | undefined) => Promise<boolean>
}

export function createPasswordHasher(): PasswordHasher {
  const inTurn = createTurns()
  const nobody = formatHash(randomBytes(saltLength), randomBytes(hashLength))
  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(saltLength)
        return formatHash(salt, await derive(password, { ...costs, salt, length: hashLength }))
      }),
    verify: (password, hash) =>
      inTurn(async () => {
        const { expected, ...terms } = parseHash(hash ?? nobody)
        const same = timingSafeEqual(await derive(password, { ...terms, length: expected.length }), expected)
        return same && hash !== undefined
      }),
  }
}

/** Whether a hash costs less than those made today, so that it is to be made anew when its password is at hand. */
export function isOutdated(hash: string): boolean {
  const { memory, passes } = parseHash(hash)
  return memory < costs.memory || passes < costs.passes
}

type Terms = { memory: number; passes: number; parallelism: number; salt: Buffer; length: number }

/** NFKC, so that the same characters typed on another keyboard are the same password (NIST SP 800-63B section 5.1.1.2). */
function derive(password: string, { salt, length, ...terms }: Terms): Promise<Buffer> {
  return runArgon2('argon2id', { ...terms, message: password.normalize('NFKC'), nonce: salt, tagLength: length })
}

function formatHash(salt: Buffer, hash: Buffer): string {
  const { memory, passes, parallelism } = costs
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(hash)}`
}

function parseHash(text: string): Omit<Terms, 'length'> & { expected: Buffer } {
  const [, memory, passes, parallelism, salt = '', hash = ''] = phcForm.exec(text) ?? []
  if (memory === undefined) throw new TypeError('a stored password hash is malformed')
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    expected: Buffer.from(hash, 'base64'),
  }
}

/** PHC strings leave base64's padding out. */
function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}

/** Runs a few at a time and lets some wait; refuses the rest. */
function createTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (run) => {
    if (running >= mostAtOnce) {
      if (waiting.length >= mostWaiting) throw failPeople('sign_in.busy', { retryAfter: 1 })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
