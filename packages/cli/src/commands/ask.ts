/** What commands ask a person: from an option, else from the environment or standard input, else from the terminal. */
import { usage, type Arguments, type OptionSpecs } from '../arguments.ts'
import type { CommandContext } from '../command.ts'

export const passwordOptions = {
  'password-stdin': { kind: 'flag', about: 'read the password from standard input' },
} as const satisfies OptionSpecs

/** Never from the command line: other users of the machine could read it there. */
export async function askPassword(context: CommandContext, args: Arguments, twice: boolean): Promise<string> {
  if (args.flag('password-stdin')) return (await context.input.readAll(4096)).replace(/\r?\n$/, '')
  const given = context.env['KEYHOLD_PASSWORD']
  if (given !== undefined && given !== '') return given
  if (!context.input.isTerminal) {
    throw usage('there is no terminal to ask for the password on', 'add --password-stdin, or set KEYHOLD_PASSWORD.')
  }
  const password = await context.input.ask('Password (15 characters or more): ', { secret: true })
  if (twice && (await context.input.ask('Once more: ', { secret: true })) !== password) {
    throw usage('the two passwords differ', 'run the command again.')
  }
  return password
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
