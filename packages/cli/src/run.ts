/** From words to an exit code: finds the command, checks what it was given, runs it, and tells what went wrong. */
import { globalOptions, parseArguments, usage, type Arguments, type OptionSpecs } from './arguments.ts'
import { commands } from './commands.ts'
import { printCommand } from './commands/help.ts'
import { writeJson, writeLine, type Command, type CommandContext } from './command.ts'
import { CliError, describeError, exitCodes, type ExitCode } from './errors.ts'
import { escapeControls } from './output/safe-text.ts'
import { suggestWord } from './suggest.ts'

/** Makes the context once the global options are known. */
export type ContextFactory = (options: { home: string | undefined; json: boolean; verbose: boolean }) => CommandContext

/** Runs one command line. Never throws; prints errors as one line and a remedy. */
export async function runCommandLine(words: readonly string[], createContext: ContextFactory): Promise<ExitCode> {
  // Enough to print an error of the command line itself in the form asked for.
  let context = createContext({ home: undefined, json: words.includes('--json'), verbose: false })
  try {
    const { command, rest } = findCommand(words)
    const options: OptionSpecs = { ...command.options, ...globalOptions }
    const args = parseArguments(rest, options)
    context = createContext(readGlobals(args))
    if (args.flag('help')) await printCommand(context, command)
    else await command.run(context, args)
    return exitCodes.done
  } catch (error) {
    return reportError(context, context.signal.aborted ? asInterrupted(error) : error)
  }
}

/** Whatever breaks off once the user has said stop is that, and nothing else. */
function asInterrupted(error: unknown): unknown {
  if (error instanceof CliError) return error
  return new CliError('cli.interrupted', 'interrupted', 'run the command again when you are ready.', { cause: error })
}

function readGlobals(args: Arguments): { home: string | undefined; json: boolean; verbose: boolean } {
  return { home: args.value('home'), json: args.flag('json'), verbose: args.flag('verbose') }
}

/** The longest name that the first words make. Options may stand before it. */
function findCommand(words: readonly string[]): { command: Command; rest: readonly string[] } {
  const [leading, names] = splitLeading(words)
  if (names[0] === undefined)
    return { command: requireCommand('help'), rest: leading.filter((word) => word !== '--help' && word !== '-h') }
  const two = commands.find(({ name }) => name === names.slice(0, 2).join(' '))
  if (two !== undefined && two.name.includes(' ')) return { command: two, rest: [...leading, ...names.slice(2)] }
  const one = commands.find(({ name }) => name === names[0])
  if (one !== undefined) return { command: one, rest: [...leading, ...names.slice(1)] }
  throw unknownCommand(names)
}

function splitLeading(words: readonly string[]): [string[], string[]] {
  let count = 0
  while (count < words.length && words[count]?.startsWith('-') === true) {
    count += words[count] === '--home' ? 2 : 1
  }
  return [words.slice(0, count), words.slice(count)]
}

function requireCommand(name: string): Command {
  const found = commands.find((command) => command.name === name)
  if (found === undefined) throw new Error(`The command ${name} is missing`)
  return found
}

function unknownCommand(names: readonly string[]): Error {
  const family = commands.filter(({ name }) => name.startsWith(`${names[0] ?? ''} `)).map(({ name }) => name)
  if (family.length > 0) {
    const near = names[1] === undefined ? undefined : suggestWord(names.slice(0, 2).join(' '), family)
    return usage(
      `"${names[0] ?? ''}" needs to know what to do`,
      near === undefined ? `write one of: keyhold ${family.join(', keyhold ')}` : `did you mean "keyhold ${near}"?`,
    )
  }
  const near = suggestWord(names[0] ?? '', [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))])
  return usage(
    `there is no command "${names[0] ?? ''}"`,
    near === undefined ? 'see: keyhold help' : `did you mean "keyhold ${near}"?`,
  )
}

async function reportError(context: CommandContext, error: unknown): Promise<ExitCode> {
  const { exitCode, ...described } = describeError(error)
  if (context.env['KEYHOLD_DEBUG'] !== undefined && error instanceof Error)
    await writeLine(context.err, error.stack ?? '')
  await writeLine(context.err, `keyhold: ${escapeControls(described.message)} [${described.code}]`)
  if (described.detail !== undefined) await writeLine(context.err, escapeLines(described.detail))
  if (described.incident !== undefined) await writeLine(context.err, `Incident: ${escapeControls(described.incident)}`)
  if (described.remedy !== undefined) await writeLine(context.err, `Remedy: ${escapeControls(described.remedy)}`)
  const index = error instanceof Error && 'index' in error ? { index: error.index } : {}
  if (context.json) await writeJson(context.out, { error: { ...described, ...index } })
  return exitCode
}

/** A data plane's detail may have several lines; they point at a place in the SQL. */
function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n')
}
