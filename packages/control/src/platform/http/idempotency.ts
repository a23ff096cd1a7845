/**
 * Idempotency-Key: the answer of a change is kept for a day under organisation, caller, operation and key, in the
 * transaction of the change itself. The same request again gets the same answer; another one under the key is refused.
 */
import { createHash } from 'node:crypto'
import { build } from '../database/build.ts'
import type { Database } from '../database/database.ts'
import type { Transaction } from '../database/transaction.ts'
import { AppError } from '../errors.ts'
import type { PlatformKey } from '../platform-key.ts'
import { failHttp } from './errors.ts'

const keptMilliseconds = 24 * 3600 * 1000
const keyForm = /^[A-Za-z0-9._:-]{8,100}$/

/** Identifies one request under one key. */
export type IdempotentRequest = {
  readonly organisation: string
  readonly principal: string
  readonly operation: string
  readonly key: string
  readonly hash: Buffer
}

export type Idempotency = {
  /** Waits for the same request if it is running here, then gives its kept answer, if there is one. */
  readonly find: (request: IdempotentRequest) => Promise<{ body: unknown } | undefined>
  /** Keeps the answer; part of the change's transaction. @throws a conflict when another node did it first */
  readonly keep: (transaction: Transaction, request: IdempotentRequest, body: unknown) => Promise<void>
  /** Runs one request of a key at a time. */
  readonly inTurn: <T>(request: IdempotentRequest, run: () => Promise<T>) => Promise<T>
}

/** @throws `idempotency.bad_key` */
export function readIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header !== 'string' || !keyForm.test(header)) throw failHttp('idempotency.bad_key')
  return header
}

export function hashRequest(path: string, body: unknown): Buffer {
  return createHash('sha256')
    .update(`${path}\n${JSON.stringify(body) ?? ''}`)
    .digest()
}

type Parts = { readonly database: Database; readonly key: PlatformKey; readonly now: () => Date }

export function createIdempotency(database: Database, key: PlatformKey, now: () => Date): Idempotency {
  const parts = { database, key, now }
  return {
    find: (request) => findAnswer(parts, request),
    keep: (transaction, request, body) => keepAnswer(parts, transaction, request, body),
    inTurn: createTurns(),
  }
}

function contextOf({ organisation, principal, operation, key }: IdempotentRequest): string {
  return `${organisation}/${principal}/${operation}/${key}`
}

async function findAnswer(
  { database, key, now }: Parts,
  request: IdempotentRequest,
): Promise<{ body: unknown } | undefined> {
  const row = await database.withTenant(request, (transaction) =>
    transaction.first(
      build
        .selectFrom('idempotency_keys')
        .select(['request_hash', 'answer_sealed'])
        .where('organisation', '=', request.organisation)
        .where('principal', '=', request.principal)
        .where('operation', '=', request.operation)
        .where('key', '=', request.key)
        .where('expires', '>', now().toISOString()),
    ),
  )
  if (!row) return undefined
  if (!row.request_hash.equals(request.hash)) throw failHttp('idempotency.key_reused')
  return JSON.parse(key.open('answer', contextOf(request), row.answer_sealed).toString()) as { body: unknown }
}

async function keepAnswer(
  { key, now }: Parts,
  transaction: Transaction,
  request: IdempotentRequest,
  body: unknown,
): Promise<void> {
  const { organisation, principal, operation, key: name, hash } = request
  const time = now()
  await transaction.change(
    build
      .deleteFrom('idempotency_keys')
      .where('organisation', '=', organisation)
      .where('expires', '<=', time.toISOString()),
  )
  const answer = key.seal('answer', contextOf(request), JSON.stringify({ body }))
  const expires = new Date(time.getTime() + keptMilliseconds).toISOString()
  const row = { organisation, principal, operation, key: name, request_hash: hash, answer_sealed: answer, expires }
  const kept = await transaction.change(
    build
      .insertInto('idempotency_keys')
      .values(row)
      .onConflict((conflict) => conflict.doNothing()),
  )
  // Another node answered the same key a moment ago; this change is rolled back and the caller asks again.
  if (kept === 0) throw new AppError('idempotency.in_progress', inProgress, { retryAfter: 1 })
}

function createTurns(): Idempotency['inTurn'] {
  const running = new Map<string, Promise<unknown>>()
  return async (request, run) => {
    const name = contextOf(request)
    while (running.has(name)) await running.get(name)
    const turn = run()
    running.set(
      name,
      turn.catch(() => {}),
    )
    try {
      return await turn
    } finally {
      running.delete(name)
    }
  }
}

const inProgress = {
  status: 409,
  message: 'The same request is being answered elsewhere.',
  remedy: 'Send it again; the answer will be the same.',
} as const
