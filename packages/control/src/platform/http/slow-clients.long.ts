/** Clients that keep connections busy without asking anything; long, since each waits for a real time limit. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectPlain, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { openServerIdentity } from '../tls/authority.ts'
import { createListener } from './listener.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhold-slow-'))
const identity = openServerIdentity(folder)
const large = Buffer.alloc(64 << 20, 1)
const { server, destroySockets } = createListener({
  identity,
  handler: ({ url }, response) => void (url === '/large' ? response.end(large) : response.end('answer')),
  onPlainCredential: async () => {},
})
let port: number

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ;({ port } = server.address() as AddressInfo)
})
after(() => {
  destroySockets()
  server.close()
  rmSync(folder, { recursive: true })
})

/** Seconds until the server ends the connection. */
async function waitForEnd(socket: Socket): Promise<number> {
  const started = performance.now()
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'close')
  return (performance.now() - started) / 1000
}

async function openTls(): Promise<Socket> {
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: identity.authority })
  await once(socket, 'secureConnect')
  return socket
}

test('a client that says nothing is put off within 12 seconds', async () => {
  assert.ok((await waitForEnd(connectPlain(port, '127.0.0.1'))) < 12)
})

test('a client that begins a TLS handshake and stops is put off within 12 seconds', async () => {
  const socket = connectPlain(port, '127.0.0.1')
  socket.write(Buffer.from('16030100', 'hex'))
  assert.ok((await waitForEnd(socket)) < 12)
})

test('a client that sends its header a byte at a time is put off within 25 seconds', async () => {
  const socket = await openTls()
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nx: ')
  const drip = setInterval(() => socket.write('y'), 500)
  const seconds = await waitForEnd(socket)
  clearInterval(drip)
  assert.ok(seconds < 25)
})

test('a client that does so over plain HTTP is put off within 12 seconds', async () => {
  const socket = connectPlain(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nx: ')
  const drip = setInterval(() => socket.write('y'), 500)
  const seconds = await waitForEnd(socket)
  clearInterval(drip)
  assert.ok(seconds < 12)
})

test('a client that takes its answer a few bytes at a time is put off within a minute', async () => {
  const connected = once(server, 'secureConnection') as Promise<[Socket]>
  const socket = await openTls()
  socket.on('error', () => {})
  socket.once('readable', () => socket.pause())
  socket.write('GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n')
  const started = performance.now()
  // Who reads nothing hears of the end last: the server's side is asked.
  const [peer] = await connected
  await once(peer, 'close')
  assert.ok(performance.now() - started < 60_000)
  socket.destroy()
})
