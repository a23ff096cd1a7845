/** What commands ask a person: from an option, else from the environment or standard input, else from the terminal. */
import type { SecondProof } from '@keyhold/contract'
import { usage, type Arguments, type OptionSpecs } from '../arguments.ts'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'

export const passwordOptions = {
  'password-stdin': { kind: 'flag', about: 'read the password from standard input' },
} as const satisfies OptionSpecs

/** For what may ask for the second factor too. */
export const proofOptions = {
  ...passwordOptions,
  'code-stdin': { kind: 'flag', about: 'read a code of your second factor from standard input, after the password' },
} as const satisfies OptionSpecs

/**
 * The context with what `--password-stdin` and `--code-stdin` name, each a line of standard input, as KEYHOLD_PASSWORD and
 * KEYHOLD_CODE. Never from the command line: other users of the machine could read it there.
 */
export async function takeProofs(context: CommandContext, args: Arguments): Promise<CommandContext> {
  const wanted = (['password', 'code'] as const).filter((name) => args.flag(`${name}-stdin`))
  if (wanted.length === 0) return context
  const lines = (await context.input.readAll(4096)).split(/\r?\n/)
  const given = wanted.map((name, index) => [`KEYHOLD_${name.toUpperCase()}`, lines[index] ?? ''])
  return { ...context, env: { ...context.env, ...Object.fromEntries(given) } }
}

/** From KEYHOLD_PASSWORD or the terminal; `newly`: it is chosen now, and typed twice. */
export async function askPassword(context: CommandContext, newly: boolean): Promise<string> {
  const given = context.env['KEYHOLD_PASSWORD']
  if (given !== undefined && given !== '') return given
  if (!context.input.isTerminal) {
    throw usage('there is no terminal to ask for the password on', 'add --password-stdin, or set KEYHOLD_PASSWORD.')
  }
  const password = await context.input.ask(newly ? 'Password (15 characters or more): ' : 'Password: ', {
    secret: true,
  })
  if (newly && (await context.input.ask('Once more: ', { secret: true })) !== password) {
    throw usage('the two passwords differ', 'run the command again.')
  }
  return password
}

/**
 * A proof by the second factor: six digits are a code of an authenticator app, anything else a recovery code. Throws
 * `factor.browser_only` when the account has neither: passkeys and single sign-on are for browsers.
 */
export async function askFactor(context: CommandContext, factors: readonly string[]): Promise<SecondProof> {
  const words = [
    ...(factors.includes('totp') ? ['code of your authenticator app'] : []),
    ...(factors.includes('recovery') ? ['recovery code'] : []),
  ]
  if (words.length === 0) {
    throw new CliError(
      'factor.browser_only',
      'your account proves itself by a passkey or single sign-on only, which a shell cannot do',
      'run "keyhold login --browser", and what you wanted within ten minutes.',
    )
  }
  const code = await askCode(context, `Second factor (${words.join(', or ')}): `)
  const digits = code.replaceAll(' ', '')
  return /^\d{6}$/.test(digits) ? { kind: 'totp', code: digits } : { kind: 'recovery', code }
}

async function askCode(context: CommandContext, question: string): Promise<string> {
  const given = context.env['KEYHOLD_CODE']
  if (given !== undefined && given !== '') return given.trim()
  if (!context.input.isTerminal) {
    throw usage('there is no terminal to ask for the second factor on', 'add --code-stdin, or set KEYHOLD_CODE.')
  }
  return (await context.input.ask(question, { secret: true })).trim()
}

/** The option's value, or what is typed on the terminal. */
export async function askText(
  context: CommandContext,
  args: Arguments,
  option: string,
  question: string,
): Promise<string> {
  const given = args.value(option)
  if (given !== undefined) return given
  if (!context.input.isTerminal) throw usage(`--${option} is missing`, `add --${option}.`)
  const answer = (await context.input.ask(`${question}: `)).trim()
  if (answer === '') throw usage(`${question} is missing`, `add --${option}.`)
  return answer
}
