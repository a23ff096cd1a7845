/** Passwords over both real planes: a real mail server, the real command line. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { startTestInstallation, type TestInstallation } from '../testing/shell.ts'

const email = 'owner@example.org'
const chosen = 'seven amber ladders lean'

let place: TestInstallation
let server: SMTPServer
const mails: string[] = []
const arrived = Promise.withResolvers<void>()

before(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        // Quoted-printable, as mail programs undo it.
        mails.push(Buffer.concat(chunks).toString().replaceAll('=\r\n', '').replaceAll('=3D', '='))
        arrived.resolve()
        done()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  place = await startTestInstallation({
    KEYHOLD_SMTP_URL: `smtp://127.0.0.1:${port}`,
    KEYHOLD_MAIL_FROM: 'keyhold@example.test',
    KEYHOLD_URL: 'https://keyhold.example.test',
  })
})
after(async () => {
  await place?.end()
  await new Promise<void>((done) => server.close(done))
})

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<number | undefined> {
  const { port } = new URL(place.installation.url)
  const ca = readFileSync(join(place.home, 'control', 'tls', 'authority.pem'))
  const call = request({
    host: 'localhost',
    servername: 'localhost',
    port,
    ca,
    agent: false,
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...headers },
  })
  call.end(JSON.stringify(body))
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  return answer.statusCode
}

test('CLU-12: a link comes by SMTP, names the configured address whatever the request says, and works', async () => {
  assert.equal(await post('/v1/password-resets', { email }, { host: 'evil.example' }), 202)
  await arrived.promise
  const [mail = ''] = mails
  assert.match(mail, /^To: owner@example\.org\r$/m)
  assert.ok(!mail.includes('evil.example'))
  const secret = /https:\/\/keyhold\.example\.test\/reset-password#(kh_rst_\w+)/.exec(mail)?.[1]
  assert.equal(await post('/v1/password-resets/use', { secret, password: chosen }), 204, mail)
})

test('KEB-15: keyhold login does the work that is asked for after ten wrong attempts', async () => {
  const wrong = Array.from({ length: 11 }, () => post('/v1/sessions', { email, password: 'a guess' }))
  assert.ok((await Promise.all(wrong)).includes(428))
  const known = place.newShell('owner', { KEYHOLD_PASSWORD: chosen })
  const { code, stderr } = await known.run(['login', '--email', email])
  assert.equal(code, 0, stderr)
  assert.match(stderr, /One moment/)
})

test('neither the mail server’s settings nor a link is in what the programs print', () => {
  assert.ok(!place.log.join('\n').includes('kh_rst_'), place.log.join('\n'))
})
