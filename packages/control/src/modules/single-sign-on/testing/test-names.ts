/** A name server that answers TXT questions over UDP (RFC 1035), for proofs of domains. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export type TestNames = {
  /** `address:port`, as a resolver takes it. */
  readonly server: string
  /** Texts by name. */
  readonly texts: Map<string, string[]>
  readonly stop: () => Promise<void>
}

export async function startTestNames(): Promise<TestNames> {
  const texts = new Map<string, string[]>()
  const socket = createSocket('udp4')
  socket.on('message', (question, { port, address }) => {
    const { name, end } = readName(question)
    const found = texts.get(name) ?? []
    const header = Buffer.alloc(12)
    question.copy(header, 0, 0, 2)
    // An answer with authority; "no such name" when there is nothing.
    header.writeUInt16BE(found.length > 0 ? 0x8580 : 0x8583, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(found.length, 6)
    socket.send(Buffer.concat([header, question.subarray(12, end + 4), ...found.map(writeText)]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    server: `127.0.0.1:${socket.address().port}`,
    texts,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

/** The name that is asked for, and where it ends. */
function readName(question: Buffer): { name: string; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length).toLowerCase())
    at += length + 1
  }
  return { name: labels.join('.'), end: at + 1 }
}

/** A record of the name in the question: TXT, class IN, no time to live. */
function writeText(text: string): Buffer {
  const data = Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'latin1')])
  const head = Buffer.from([0xc0, 0x0c, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0])
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}
