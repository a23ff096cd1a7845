/**
 * Load for `api.read.per_s`, as a process of its own: HTTP/1.1 over TLS on connections that stay open, one request at a
 * time on each. Takes its work as one JSON line on stdin and answers with one on stdout.
 */
import { connect, type TLSSocket } from 'node:tls'

type Work = {
  readonly port: number
  readonly authority: string
  readonly token: string
  readonly paths: readonly string[]
  readonly connections: number
  readonly warmSeconds: number
  readonly seconds: number
}

const work = JSON.parse(await readLine()) as Work
const requests = work.paths.map((path) =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${work.token}\r\n\r\n`),
)
const counts = { answers: 0, refused: 0 }
const latencies: number[] = []
let measuring = false
let stopping = false

const sockets = await Promise.all(Array.from({ length: work.connections }, open))
for (const socket of sockets) drive(socket)
await pause(work.warmSeconds)
counts.answers = 0
measuring = true
const started = performance.now()
await pause(work.seconds)
stopping = true
const seconds = (performance.now() - started) / 1000
for (const socket of sockets) socket.destroy()
latencies.sort((a, b) => a - b)
const p95 = latencies[Math.floor(latencies.length * 0.95)] ?? 0
process.stdout.write(`${JSON.stringify({ perSecond: counts.answers / seconds, refused: counts.refused, p95 })}\n`)

function open(): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: work.port, host: '127.0.0.1', servername: 'localhost', ca: work.authority }, () =>
      resolve(socket),
    )
    socket.once('error', reject)
  })
}

/** Sends the next request when the answer before it is whole; answers have a content-length. */
function drive(socket: TLSSocket): void {
  let missing = -1
  let head = ''
  let sent = 0
  const send = () => {
    sent = performance.now()
    socket.write(requests[Math.floor(Math.random() * requests.length)] as Buffer)
  }
  socket.on('data', (chunk: Buffer) => {
    if (missing < 0) {
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1])
      if (!head.startsWith('HTTP/1.1 200')) counts.refused += 1
      missing = length - (head.length - end - 4)
      head = ''
    } else missing -= chunk.length
    if (missing > 0 || stopping) return
    missing = -1
    counts.answers += 1
    if (measuring) latencies.push(performance.now() - sent)
    send()
  })
  send()
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}

async function readLine(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return text
}
