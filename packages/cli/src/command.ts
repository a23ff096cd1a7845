import type { Arguments, OptionSpecs } from './arguments.ts'
import type { ConnectionOptions, ServerConnection } from './session/connection.ts'

/** One output stream. `write` resolves when more may be written. */
export type Output = {
  readonly isTerminal: boolean
  /** Width in characters; only meaningful on a terminal. */
  readonly width: number
  write(chunk: string | Uint8Array): Promise<void>
}

/** Standard input, as far as commands need it. */
export type Input = {
  readonly isTerminal: boolean
  /** Asks on the terminal; without echo for secrets. The signal ends a question that is not secret; it rejects then. */
  ask(question: string, options?: { secret?: boolean; signal?: AbortSignal }): Promise<string>
  /** Everything up to the end, at most `limit` bytes. */
  readAll(limit: number): Promise<string>
}

export type Clock = { now(): number }

/** All that a command touches of the world; only `main` makes the real one. */
export type CommandContext = {
  readonly out: Output
  readonly err: Output
  readonly input: Input
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Folder of credentials, pins and journals. */
  readonly home: string
  readonly json: boolean
  readonly verbose: boolean
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
  readonly connect: (options: ConnectionOptions) => ServerConnection
  /** Shows a page in the person's browser, where there is one. */
  readonly openPage: (url: string) => void
}

export type Command = {
  /** One or two words: `upload`, `tokens create`. */
  readonly name: string
  readonly usage: string
  readonly summary: string
  /** Paragraphs for `--help`, after the summary. */
  readonly about?: string
  readonly options: OptionSpecs
  run(context: CommandContext, args: Arguments): Promise<void>
}

/** Writes one line. */
export async function writeLine(output: Output, line: string): Promise<void> {
  await output.write(`${line}\n`)
}

/** Writes the one JSON document of a command. */
export async function writeJson(output: Output, document: unknown): Promise<void> {
  await output.write(`${JSON.stringify(document)}\n`)
}
