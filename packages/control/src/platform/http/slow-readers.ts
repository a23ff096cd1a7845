/**
 * Ends connections whose peer does not take its answer. Node's own limit starts anew with every byte that goes, so that a
 * byte now and then would hold memory for ever.
 */
import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** The answer's next part, of some 64 KiB, must be taken in this time. */
const readerPatience = 30_000
const round = 5_000

type Progress = { written: number; since: number }

/** Watches every connection of the server for as long as it is open; `below` are the sockets that TLS runs over. */
export function cutSlowReaders(server: Server, below: ReadonlySet<Socket>): void {
  const readers = new Map<TLSSocket, Progress>()
  server.on('secureConnection', (socket: TLSSocket) => {
    readers.set(socket, { written: 0, since: performance.now() })
    socket.once('close', () => readers.delete(socket))
  })
  const rounds = setInterval(() => {
    const now = performance.now()
    for (const [socket, progress] of readers) if (isStuck(socket, progress, now)) reset(socket, below)
  }, round).unref()
  server.once('close', () => clearInterval(rounds))
}

function isStuck(
  { bytesWritten: written, writableLength: waiting }: TLSSocket,
  progress: Progress,
  now: number,
): boolean {
  if (waiting > 0 && written === progress.written) return now - progress.since > readerPatience
  progress.written = written
  progress.since = now
  return false
}

/** Closing alone would leave the answer in the system's memory until it is read. */
function reset(socket: TLSSocket, below: ReadonlySet<Socket>): void {
  const { remoteAddress, remotePort } = socket
  for (const raw of below) {
    if (raw.remotePort === remotePort && raw.remoteAddress === remoteAddress) raw.resetAndDestroy()
  }
  socket.destroy()
}
