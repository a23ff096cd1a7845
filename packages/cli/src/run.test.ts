import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { CommandContext, Output } from './command.ts'
import { commands } from './commands.ts'
import { runCommandLine } from './run.ts'
import { connectServer } from './session/connection.ts'

type Ran = { code: number; out: string; err: string }

async function run(words: string[], env: Record<string, string> = {}): Promise<Ran> {
  const home = mkdtempSync(join(tmpdir(), 'keyhold-cli-'))
  const [out, err] = [collectOutput(), collectOutput()]
  const context: Omit<CommandContext, 'json' | 'verbose'> = {
    out: out.output,
    err: err.output,
    input: { isTerminal: false, ask: async () => '', readAll: async () => '' },
    env,
    clock: { now: () => Date.now() },
    home,
    signal: new AbortController().signal,
    connect: connectServer,
    openPage: () => {},
  }
  const code = await runCommandLine(words, ({ json, verbose }) => ({ ...context, json, verbose }))
  rmSync(home, { recursive: true })
  return { code, out: out.text(), err: err.text() }
}

function collectOutput(): { output: Output; text: () => string } {
  let text = ''
  const write = async (chunk: string | Uint8Array): Promise<void> => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
  }
  return { output: { isTerminal: false, width: 80, write }, text: () => text }
}

test('help names every command, and each explains itself', async () => {
  const { code, out } = await run(['help'])
  assert.equal(code, 0)
  for (const { name } of commands) {
    if (name !== 'help') assert.ok(out.includes(name))
    const explained = await run([...name.split(' '), '--help'])
    assert.equal(explained.code, 0)
    assert.match(explained.out, /--json/)
  }
})

for (const [words, message] of [
  [['uplaod', 'x', 'a.b'], 'did you mean "keyhold upload"?'],
  [['tokens'], 'keyhold tokens list'],
  [['tokens', 'craete'], 'did you mean "keyhold tokens create"?'],
  [['upload', 'x'], 'write: keyhold upload'],
  [['upload', '-', 'a.b'], 'write it to a file first'],
  [['upload', 'x.csv', 'a-b'], 'write bucket.table'],
  [['query'], 'write: keyhold query'],
  [['query', 'select', '1'], 'put it in quotes'],
  [['query', 'select 1', '--param', 'x'], '--param NAME=VALUE'],
  [['query', 'select 1'], 'keyhold login'],
  [['setup', 'https://localhost/setup'], 'quote it in the shell'],
  [['login'], 'login'],
] as const) {
  test(`keyhold ${words.join(' ')}: one line, a remedy, exit code 1`, async () => {
    const { code, out, err } = await run([...words])
    assert.equal(code, 1)
    assert.equal(out, '')
    assert.match(err, /^keyhold: .* \[[a-z.]+[_a-z]*\]\nRemedy: /)
    assert.ok(err.includes(message), err)
    assert.ok(!err.includes('    at '))
  })
}

test('with --json a failure is one JSON document on standard output', async () => {
  const { code, out } = await run(['query', 'select 1', '--json'])
  assert.equal(code, 1)
  const { error } = JSON.parse(out) as { error: { code: string; remedy: string } }
  assert.equal(error.code, 'credentials.missing')
  assert.ok(error.remedy.length > 0)
})

test('a server that is not there fails with code 2 within seconds', async () => {
  const digest = 'A'.repeat(43)
  const env = {
    KEYHOLD_LOGIN: `https://127.0.0.1:9#p=${digest}&a=${digest}`,
    KEYHOLD_TOKEN: `kh_project_abc_def.${digest}.${digest}`,
  }
  const { code, err } = await run(['whoami'], env)
  assert.equal(code, 2)
  assert.match(err, /\[server\.away\]/)
})
