import { CliError } from './errors.ts'
import { suggestWord } from './suggest.ts'

/** `flag`: on or off. `value`: takes one value. `values`: may be given more than once. */
type OptionSpec = {
  kind: 'flag' | 'value' | 'values'
  about: string
  /** What the value is, in help: `FILE`, `NAME`. */
  hint?: string
  /** One-letter form. */
  short?: string
  /** Heading in help under which it stands; those without one come first. */
  group?: string
  /** The only values allowed. */
  choices?: readonly string[]
}
export type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** What was typed, checked against the options of its command. */
export type Arguments = {
  readonly positionals: readonly string[]
  flag(name: string): boolean
  value(name: string): string | undefined
  values(name: string): readonly string[]
}

/** Options that every command takes. */
export const globalOptions = {
  json: { kind: 'flag', about: 'print one JSON document on standard output' },
  home: { kind: 'value', hint: 'FOLDER', about: 'where credentials and journals are (default ~/.config/keyhold)' },
  verbose: { kind: 'flag', about: 'say more, timings included' },
  help: { kind: 'flag', short: 'h', about: 'what this command does and takes' },
} as const satisfies OptionSpecs

type Collected = { positionals: string[]; given: Map<string, string[]> }

/** Parses the words after a command's name. Throws `cli.usage` for anything the options do not know. */
export function parseArguments(words: readonly string[], options: OptionSpecs): Arguments {
  const collected: Collected = { positionals: [], given: new Map() }
  const rest = [...words]
  while (rest.length > 0) {
    const word = rest.shift() ?? ''
    if (word === '--') collected.positionals.push(...rest.splice(0))
    else if (word.startsWith('-') && word !== '-' && !isKey(word)) takeOption(word, rest, options, collected)
    else collected.positionals.push(word)
  }
  return {
    positionals: collected.positionals,
    flag: (name) => collected.given.has(name),
    value: (name) => collected.given.get(name)?.at(-1),
    values: (name) => collected.given.get(name) ?? [],
  }
}

/** One key in 64 begins with a dash, and no option is as long: base64url of 32 bytes. */
function isKey(word: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(word)
}

function takeOption(word: string, rest: string[], options: OptionSpecs, collected: Collected): void {
  const [name, inline] = splitOption(word, options)
  const spec = options[name]
  if (spec === undefined) throw unknownOption(word, options)
  const given = collected.given.get(name) ?? []
  if (spec.kind === 'flag') {
    if (inline !== undefined) throw usage(`--${name} takes no value`, `write just --${name}.`)
    collected.given.set(name, [...given, ''])
    return
  }
  const value = inline ?? rest.shift()
  if (value === undefined) throw usage(`--${name} needs a value`, `write --${name} ${spec.hint ?? 'VALUE'}.`)
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    throw usage(`--${name} does not take "${value}"`, `choose one of: ${spec.choices.join(', ')}.`)
  }
  collected.given.set(name, [...given, value])
}

function splitOption(word: string, options: OptionSpecs): [string, string | undefined] {
  if (word.startsWith('--')) {
    const equals = word.indexOf('=')
    return equals < 0 ? [word.slice(2), undefined] : [word.slice(2, equals), word.slice(equals + 1)]
  }
  const found = Object.entries(options).find(([, spec]) => spec.short === word[1])
  if (found === undefined) return [word, undefined]
  return [found[0], word.length > 2 ? word.slice(2).replace(/^=/, '') : undefined]
}

function unknownOption(word: string, options: OptionSpecs): CliError {
  const name = word.split('=', 1)[0] ?? word
  const near = suggestWord(name.replace(/^-+/, ''), Object.keys(options))
  const remedy =
    near === undefined
      ? 'add --help to see what this command takes; put -- before a word that begins with a dash.'
      : `did you mean --${near}?`
  return usage(`unknown option ${name}`, remedy)
}

/** A usage error: the user typed something else than the command takes. */
export function usage(message: string, remedy: string): CliError {
  return new CliError('cli.usage', message, remedy)
}
