/** What a start must be told by its person: from a private file, asked at a terminal, or a line of standard input. */
import { readFileSync, statSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'
import { StartError } from './start-error.ts'

export type Answers = {
  /** The next answer: a line of standard input; shown while it is typed unless it is `secret`. @throws StartError at its end */
  readonly ask: (question: string, options: { readonly secret: boolean }) => Promise<string>
  readonly isTerminal: boolean
  /** Lets go of standard input. */
  readonly close: () => void
}

/** Standard input is touched once something is asked, and not before. */
export function openAnswers(): Answers {
  const { stdin, stderr } = process
  let lines: Interface | undefined
  let heard: AsyncIterator<string> | undefined
  let silent = false
  // The line editor writes what is typed to its output: nowhere while a secret is typed.
  const shown = new Writable({
    write: (chunk, _encoding, done) => {
      if (!silent) stderr.write(chunk)
      done()
    },
  })
  return {
    isTerminal: stdin.isTTY,
    async ask(question, { secret }) {
      lines ??= createInterface({ input: stdin, ...(stdin.isTTY && { output: shown, terminal: true }) })
      // Ctrl-C reaches the line editor, which holds the terminal, and nobody else.
      lines.once('SIGINT', () => process.exit(130))
      heard ??= lines[Symbol.asyncIterator]()
      if (stdin.isTTY) stderr.write(question)
      silent = secret
      const { done, value } = await heard.next()
      silent = false
      if (secret && stdin.isTTY) stderr.write('\n')
      if (done === true) throw ended(question)
      return value.trim()
    },
    close() {
      lines?.close()
      stdin.unref?.()
    },
  }
}

/** The first line of a file that nobody but its owner may read. @throws StartError */
export function readPrivateLine(path: string): string {
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
      throw new StartError(`Others may read ${path}.`, `chmod 600 ${path}`)
    return (readFileSync(path, 'utf8').split('\n')[0] ?? '').trim()
  } catch (cause) {
    if (cause instanceof StartError) throw cause
    throw new StartError(`The file ${path} cannot be read.`, 'Name a file that is there and yours.', cause)
  }
}

function ended(question: string): StartError {
  return new StartError(
    `Standard input ended before: ${question.replace(/:\s*$/, '')}.`,
    'Give one line each on standard input, or name files: see npm run data-plane -- --help.',
  )
}
