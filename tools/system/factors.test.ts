/** Second factors and step-up in a shell, with both real planes. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { withClient } from '@keyhold/cli/client'
import { connectAsAdministrator } from '../scan/holdings.ts'
import { ownerPassword, startTestInstallation, type TestInstallation } from '../testing/shell.ts'
import { readTotpCode } from '../testing/totp.ts'

let place: TestInstallation
let secret: string
let codes: string[]

before(async () => {
  place = await startTestInstallation()
  await withClient(place.owner.home, async ({ session: { api } }) => {
    ;({ secret } = await api.call('startTotp', {}))
    const { recoveryCodes } = await api.call('confirmTotp', { body: { code: readTotpCode(secret) } })
    codes = recoveryCodes ?? []
  })
})
after(() => place.end())

async function run(args: string[], input = '') {
  const { code, stdout, stderr } = await place.owner.run([...args, '--json'], { input })
  const { error } = JSON.parse(stdout) as { error?: { code: string } }
  return { exit: code, error: error?.code, stderr }
}

/** As if everyone had signed in long ago; resolves once the server, which keeps what it knows for a second, says so. */
async function ageSessions(): Promise<void> {
  const client = await connectAsAdministrator(place.home)
  await client.query("UPDATE sessions SET stepped_up = '2020-01-01T00:00:00Z'")
  await client.end()
  await withClient(place.owner.home, async ({ session: { api } }) => {
    const removeNothing = () => api.call('removePasskey', { params: { passkey: crypto.randomUUID() } })
    const isFresh = () => removeNothing().catch((error: { code: string }) => error.code === 'factor.unknown')
    while ((await isFresh()) === true);
  })
}

test('KEB-15: a shell is asked for the second factor, and says how to give it', async () => {
  await place.owner.json(['logout'])
  const silent = await run(['login'])
  assert.deepEqual([silent.exit, silent.error], [1, 'cli.usage'])
  assert.match(silent.stderr, /--code-stdin/)
  assert.equal((await run(['login', '--code-stdin'], '000000\n')).error, 'factor.refused')
  const both = ['login', '--password-stdin', '--code-stdin']
  const right = await run(both, `${ownerPassword}\n${readTotpCode(secret, 1)}\n`)
  assert.equal(right.exit, 0, right.stderr)
  await place.owner.json(['whoami'])
})

test('what is sensitive asks a shell for a fresh proof, once, and then is done; its session goes on', async () => {
  await ageSessions()
  const make = (name: string) => ['tokens', 'create', name, '--scope', 'main:read']
  const silent = await run(make('one'))
  assert.equal(silent.error, 'cli.usage')
  const wrong = await run([...make('one'), '--code-stdin'], 'AAAA-AAAA-AAAA-AAAA\n')
  assert.equal(wrong.error, 'step_up.refused')
  const right = await run([...make('one'), '--code-stdin'], `${codes[0]}\n`)
  assert.equal(right.exit, 0, right.stderr)
  assert.equal((await run(make('two'))).exit, 0)
  const { tokens } = await place.owner.json<{ tokens: { name: string }[] }>(['tokens', 'list'])
  assert.deepEqual(new Set(tokens.map(({ name }) => name)), new Set(['one', 'two']))
})

test('KEB-15: saving entries for other programs asks a shell for a fresh proof; verifying the log never does', async () => {
  await ageSessions()
  const file = join(place.folder, 'entries.csv')
  const save = ['audit', 'export', file, '--format', 'csv']
  assert.equal((await run(save)).error, 'cli.usage')
  assert.equal(existsSync(file), false)
  const verified = await place.owner.run(['audit', 'verify'])
  assert.equal(verified.code, 0, verified.stderr)
  assert.equal((await run([...save, '--code-stdin'], `${codes[1]}\n`)).exit, 0)
  assert.match(readFileSync(file, 'utf8'), /session\.step_up/)
})
