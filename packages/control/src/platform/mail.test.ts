import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { createLog, silentLog } from './log.ts'
import { readMailSettings } from './mail-settings.ts'
import { openMailer } from './mail.ts'
import { openServerIdentity } from './tls/authority.ts'

const home = mkdtempSync(join(tmpdir(), 'keyhold-mail-'))
after(() => rmSync(home, { recursive: true }))
const identity = openServerIdentity(join(home, 'tls'))
const mail = { to: 'ann@example.test', subject: 'Your password', text: 'A line.\n\nÜber alles.\n' }

type Received = { to: string[]; secure: boolean; text: string }

/** A real SMTP server on a free port; `refuse` gives the code of each refused attempt, first come first. */
async function startServer(options: SMTPServerOptions = {}, refuse: number[] = []) {
  const received: Received[] = []
  const arrivals = Promise.withResolvers<void>()
  const server = new SMTPServer({
    key: identity.key,
    cert: identity.chain,
    authMethods: ['PLAIN'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'mailer' && password === 'p@ss word' ? done(null, { user: username }) : done(new Error('no')),
    onRcptTo(_address, _session, done) {
      const responseCode = refuse.shift()
      done(responseCode === undefined ? null : Object.assign(new Error('refused'), { responseCode }))
    },
    onData(stream, { envelope, secure }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address)
        received.push({ to, secure, text: Buffer.concat(chunks).toString() })
        arrivals.resolve()
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return { received, arrived: arrivals.promise, port, stop: () => new Promise<void>((done) => server.close(done)) }
}

function openTo(scheme: string, port: number, more: { pauses?: number[]; authority?: string } = {}) {
  const lines: string[] = []
  const mailer = openMailer({
    settings: readMailSettings({
      KEYHOLD_SMTP_URL: `${scheme}://mailer:p%40ss%20word@localhost:${port}`,
      KEYHOLD_MAIL_FROM: 'keyhold@example.test',
    }),
    outbox: join(home, 'unused'),
    log: createLog((line) => lines.push(line)),
    authority: identity.authority,
    ...more,
  })
  return { mailer, lines }
}

for (const [scheme, options] of [
  ['smtps', { secure: true }],
  ['smtp', {}],
] as const) {
  test(`CLU-12: a mail goes out by ${scheme}, signed in and inside TLS`, async () => {
    const server = await startServer(options)
    const { mailer, lines } = openTo(scheme, server.port)
    await mailer.send(mail)
    await mailer.settle()
    const [got] = server.received
    assert.deepEqual([got?.to, got?.secure], [['ann@example.test'], true], lines.join(''))
    assert.match(got?.text ?? '', /^Subject: Your password\r$/m)
    assert.match(got?.text ?? '', /^Auto-Submitted: auto-generated\r$/m)
    assert.deepEqual(lines, [])
    await Promise.all([mailer.close(), server.stop()])
  })
}

test('a mail is not handed to a server whose certificate nobody vouches for, and the password is not in the log', async () => {
  const server = await startServer({ secure: true })
  const stranger = openServerIdentity(join(home, 'other')).authority
  const { mailer, lines } = openTo('smtps', server.port, { pauses: [], authority: stranger })
  await mailer.send(mail)
  await mailer.settle()
  assert.equal(server.received.length, 0)
  assert.match(lines.join(''), /mail\.given_up/)
  for (const secret of ['p@ss', 'p%40ss', 'ann@']) assert.ok(!lines.join('').includes(secret), lines.join(''))
  await Promise.all([mailer.close(), server.stop()])
})

test('a mail that is refused for now is tried again; one refused for good is given up', async () => {
  const server = await startServer({}, [451, 451])
  const { mailer } = openTo('smtp', server.port, { pauses: [1, 1, 1] })
  await mailer.send(mail)
  await server.arrived
  await mailer.close()
  await server.stop()
  const strict = await startServer({}, [550])
  const { mailer: other, lines } = openTo('smtp', strict.port, { pauses: [1] })
  await other.send(mail)
  await other.settle()
  assert.match(lines.join(''), /"event":"mail.given_up","attempts":1/)
  assert.equal(strict.received.length, 0)
  await Promise.all([other.close(), strict.stop()])
})

test('sending resolves though no server answers', async () => {
  const { mailer, lines } = openTo('smtp', 1, { pauses: [60_000] })
  await mailer.send(mail)
  await mailer.settle()
  assert.match(lines.join(''), /"mail.failed","attempts":1,"code":"E[A-Z]+"/)
  await mailer.close()
})

test('without a server a mail becomes a file that only its owner can read, and the oldest go beyond 200', async () => {
  const outbox = join(home, 'outbox')
  let written = 0
  const settings = readMailSettings({})
  const mailer = openMailer({ settings, outbox, log: silentLog, onWritten: () => void (written += 1) })
  assert.equal(mailer.kind, 'outbox')
  await mailer.send(mail)
  await mailer.settle()
  const [file = ''] = readdirSync(outbox)
  assert.match(file, /^\d{4}-.*\.eml$/)
  assert.deepEqual([statSync(join(outbox, file)).mode & 0o777, statSync(outbox).mode & 0o777], [0o600, 0o700])
  assert.match(readFileSync(join(outbox, file), 'utf8'), /^To: ann@example\.test$/m)
  for (let index = 0; index < 201; index++)
    writeFileSync(join(outbox, `2020-${String(index).padStart(3, '0')}.eml`), '')
  await mailer.send(mail)
  await mailer.close()
  assert.deepEqual([readdirSync(outbox).length, readdirSync(outbox).includes(file), written], [200, false, 2])
})

test('neither an address nor a subject can add a header or a reader', async () => {
  const outbox = join(home, 'attacked')
  const lines: string[] = []
  const log = createLog((line) => lines.push(line))
  const mailer = openMailer({ settings: readMailSettings({}), outbox, log })
  const attacks = [
    'a@b.test\r\nBcc: eve@example.test',
    'a@b.test,eve@example.test',
    'a@b.test>\n<eve@x.test',
    'Eve <e@x>',
  ]
  for (const to of attacks) await mailer.send({ ...mail, to })
  await mailer.send({ ...mail, subject: 'Hello\r\nBcc: eve@example.test\r\n\r\nbody' })
  await mailer.close()
  const files = readdirSync(outbox)
  assert.deepEqual([files.length, lines.length], [1, attacks.length])
  const text = readFileSync(join(outbox, files[0] ?? ''), 'utf8')
  assert.ok(!/^bcc:/im.test(text), text)
  assert.match(text, /^Subject: Hello Bcc: eve@example\.test body$/m)
})

test('wrong mail settings are refused with a remedy, and their values are not repeated', () => {
  const from = { KEYHOLD_MAIL_FROM: 'keyhold@example.test' }
  const wrong: [Record<string, string>, string][] = [
    [{ KEYHOLD_SMTP_URL: 'https://secret', ...from }, 'config.smtp_invalid'],
    [{ KEYHOLD_SMTP_URL: 'smtp://secret:%zz@host', ...from }, 'config.smtp_invalid'],
    [{ KEYHOLD_SMTP_URL: 'smtp://host/?secret=1', ...from }, 'config.smtp_invalid'],
    [{ KEYHOLD_SMTP_URL: 'smtps://secret@host' }, 'config.mail_from_missing'],
    [{ KEYHOLD_MAIL_FROM: 'Secret <a@b.test>' }, 'config.mail_from_invalid'],
  ]
  for (const [environment, code] of wrong) {
    assert.throws(
      () => readMailSettings(environment),
      (error: Error & { code: string; remedy: string }) =>
        error.code === code && error.remedy.length > 0 && !/secret/i.test(error.message + error.remedy),
    )
  }
})
