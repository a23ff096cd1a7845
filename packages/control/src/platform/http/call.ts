/** What a route's handler gets and gives. Types follow the contract, so that a handler that drifts does not compile. */
import type { Readable } from 'node:stream'
import type { JsonValue } from '@keyhold/ledger'
import type { CallInput, CallOutput, OperationId, routes } from '@keyhold/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AccessObject, Principal } from '../access.ts'
import type { AuditActor } from '../audit-port.ts'
import type { Transaction } from '../database/transaction.ts'

type Route<O extends OperationId> = (typeof routes)[O]

/** JSON as the contract says; bodies of bytes arrive as a stream. */
type Parts<O extends OperationId> = {
  readonly params: CallInput<O> extends { params: infer P } ? P : undefined
  readonly query: CallInput<O> extends { query: infer Q } ? Q : undefined
  readonly body: Route<O> extends { body: { bytes: string } }
    ? Readable
    : CallInput<O> extends { body: infer B }
      ? B
      : undefined
}

/** What a handler answers: JSON as the contract says, bytes, or nothing. */
export type Answer<O extends OperationId> =
  Route<O> extends { response: { body: { bytes: string } } } ? Readable | Uint8Array : CallOutput<O>

/** Facts for the audit entry; later notes add to earlier ones. */
export type AuditNote = {
  readonly actor?: AuditActor
  readonly project?: string
  readonly object?: { readonly kind: string; readonly id: string }
  /**
   * The object as those who may see it see it, before and after the change; null where it was not there. Only its digest
   * gets into the entry, so no value in it may be personal and guessable (put a keyed digest in its place).
   */
  readonly before?: JsonValue
  readonly after?: JsonValue
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

export type ReadCall<O extends OperationId> = Parts<O> & {
  /** The request's id, also its incident id should it fail inside. */
  readonly id: string
  /** Network address of the caller: personal, so it goes into sealed fields only. */
  readonly address: string
  /** Who calls; refuses on a public route. */
  readonly principal: Principal
  /** Organisation of the caller, or the one that a public call entered. */
  readonly organisation: string
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** Aborted when the caller may no longer be answered; undefined on a public route. */
  readonly cut: AbortSignal | undefined
  /** Checks the caller against a named object. @throws `access.denied` */
  readonly allow: (object: AccessObject) => void
  readonly note: (note: AuditNote) => void
  /** A public call now knows whose it is: entry, transaction and failures go to that organisation's log. */
  readonly enter: (organisation: string) => void
}

export type ChangeCall<O extends OperationId> = ReadCall<O> & {
  /**
   * The change: one transaction with its audit entry and the answer kept under the Idempotency-Key. Resolves when the
   * entry is in the tree and durable. To be called exactly once.
   */
  readonly commit: <T extends Answer<O>>(work: (transaction: Transaction) => Promise<T>) => Promise<T>
}

type CallOf<O extends OperationId> = Route<O> extends { audit: { kind: 'change' } } ? ChangeCall<O> : ReadCall<O>

type Handler<O extends OperationId> = (call: CallOf<O>) => Promise<Answer<O>>

/** Handlers by operation id. A module gives some; the application needs all. */
export type Handlers<O extends OperationId = OperationId> = { readonly [K in O]: Handler<K> }
