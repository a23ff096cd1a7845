/** The client's upload from a file of this machine, over this shell's connection, with its journal on this disk. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as client from '@keyhold/client'
import { isConnectionFailure, collect } from '../session/connection.ts'
import { openPins } from '../session/pins.ts'
import type { ProjectSession } from '../session/session.ts'
import { fingerprintSegment } from './fingerprint.ts'
import { lockJournal } from './journal-lock.ts'
import { Journal } from './journal.ts'
import { openSource } from './source.ts'

export type UploadRequest = Omit<client.UploadRequest, 'caller' | 'source' | 'primaryKey'> & {
  readonly session: ProjectSession
  readonly home: string
  readonly path: string
  readonly now: () => number
}

const pieceBytes = { first: 32 << 20, least: 4 << 20, most: 512 << 20 } as const

/** See the client's `uploadFile`. Also throws what `openSource` does. */
export async function uploadFile(request: UploadRequest): Promise<client.FinishedUpload> {
  const source = await openSource(request.path)
  try {
    return await client.uploadFile(
      { ...request, caller: request.session, source, primaryKey: request.settings.primaryKey ?? null },
      openUploadPorts(request),
    )
  } finally {
    await source.close()
  }
}

/** What the client's uploads need, from this machine. */
export function openUploadPorts({
  session,
  home,
  now,
}: Pick<UploadRequest, 'session' | 'home' | 'now'>): client.UploadPorts {
  const journalPath = (name: string): string => join(home, 'journals', `${name}.upload`)
  return {
    pins: openPins(home),
    now,
    pieceBytes,
    hashing: { digest: hashPieces, fingerprint: fingerprintSegment },
    journals: {
      lock: (name) => lockJournal(journalPath(name)),
      open: (name) => Journal.open(journalPath(name)),
      create: (name, header) => Journal.create(journalPath(name), header),
    },
    send: (call) => sendContent(session, call),
    isAbsence: isConnectionFailure,
    waitAfter: (failure, attempt) => session.connection.waitAfter(failure, attempt),
  }
}

function hashPieces(pieces: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest()
}

async function sendContent(session: ProjectSession, call: client.ContentCall): Promise<client.ContentAnswer> {
  const { method, path, signal } = call
  const answer = await session.connection.stream({
    method,
    path,
    headers: { ...session.authorise(), ...call.headers },
    ...(call.body === undefined ? {} : { body: countBytes(call.body, call.onSent) }),
    signal,
  })
  return { status: answer.status, headers: answer.headers, body: await collect(answer.body) }
}

async function* countBytes(
  body: AsyncIterable<Uint8Array>,
  onSent: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sent = 0
  for await (const piece of body) {
    yield piece
    sent += piece.length
    onSent(sent)
  }
}
