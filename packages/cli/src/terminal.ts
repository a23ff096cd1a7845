/** The real world that commands run in: streams, terminal, environment, clock, signals. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { ReadStream, WriteStream } from 'node:tty'
import type { CommandContext, Input, Output } from './command.ts'
import { CliError } from './errors.ts'
import type { ContextFactory } from './run.ts'
import { connectServer } from './session/connection.ts'
import { openPage } from './session/open-page.ts'

/** Contexts over this process. */
export function createTerminalContexts(signal: AbortSignal): ContextFactory {
  const { stdout, stderr, stdin, env } = process
  const shared = {
    out: wrapOutput(stdout),
    err: wrapOutput(stderr),
    input: wrapInput(stdin, stderr),
    env,
    clock: { now: () => Date.now() },
    signal,
    connect: connectServer,
    openPage: (url) => openPage(url, env),
  } satisfies Partial<CommandContext>
  return ({ home, json, verbose }) => ({ ...shared, home: chooseHome(home), json, verbose })
}

function chooseHome(given: string | undefined): string {
  const named = given ?? process.env['KEYHOLD_CLIENT_HOME']
  if (named !== undefined && named !== '') return resolve(named)
  const base = process.env['XDG_CONFIG_HOME']
  return join(base === undefined || base === '' ? join(homedir(), '.config') : base, 'keyhold')
}

function wrapOutput(stream: WriteStream): Output {
  return {
    isTerminal: stream.isTTY,
    get width() {
      return stream.columns > 0 ? stream.columns : 80
    },
    write: (chunk) =>
      new Promise((resolve, reject) => {
        stream.write(chunk, (error) => (error === undefined || error === null ? resolve() : reject(error)))
      }),
  }
}

function wrapInput(stdin: ReadStream, shown: WriteStream): Input {
  return {
    isTerminal: stdin.isTTY,
    ask: (question, options) =>
      options?.secret === true ? askSecret(stdin, shown, question) : askLine(stdin, shown, question, options?.signal),
    readAll: (limit) => readAll(stdin, limit),
  }
}

async function askLine(
  stdin: ReadStream,
  shown: WriteStream,
  question: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const lines = createInterface({ input: stdin, output: shown })
  try {
    return await lines.question(question, signal === undefined ? {} : { signal })
  } finally {
    lines.close()
  }
}

/** Reads one line with the terminal in raw mode, so that nothing is echoed. */
function askSecret(stdin: ReadStream, shown: WriteStream, question: string): Promise<string> {
  shown.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  let typed = ''
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      stdin.off('data', take)
      stdin.setRawMode(false)
      stdin.pause()
      shown.write('\n')
      settle()
    }
    const take = (chunk: string): void => {
      for (const character of chunk) {
        if (character === '\r' || character === '\n' || character === '\u0004') return finish(() => resolve(typed))
        if (character === '\u0003') return finish(() => reject(interrupted()))
        if (character === '\u007f' || character === '\b') typed = Array.from(typed).slice(0, -1).join('')
        else if (character >= ' ') typed += character
      }
    }
    stdin.on('data', take)
    stdin.resume()
  })
}

async function readAll(stdin: ReadStream, limit: number): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of stdin as AsyncIterable<Buffer>) {
    parts.push(part)
    length += part.length
    if (length > limit)
      throw new CliError('cli.usage', 'standard input is longer than expected', `give at most ${limit} bytes.`)
  }
  return Buffer.concat(parts).toString('utf8')
}

function interrupted(): CliError {
  return new CliError('cli.interrupted', 'interrupted', 'run it again when you are ready.')
}
