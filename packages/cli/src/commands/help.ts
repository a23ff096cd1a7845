import { globalOptions, type OptionSpecs } from '../arguments.ts'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'

/** The command `help`, over the commands there are. */
export function createHelp(commands: readonly Command[]): Command {
  return {
    name: 'help',
    usage: 'help [COMMAND]',
    summary: 'What the commands do and take',
    options: {},
    async run(context, args) {
      const name = args.positionals.join(' ')
      const found = commands.filter((command) => command.name === name || command.name.startsWith(`${name} `))
      if (name === '' || found.length === 0) return printOverview(context, commands)
      for (const command of found) await printCommand(context, command)
    },
  }
}

/** One command in full. */
export async function printCommand(context: CommandContext, command: Command): Promise<void> {
  if (context.json)
    return writeJson(context.out, {
      name: command.name,
      usage: command.usage,
      summary: command.summary,
      options: command.options,
    })
  await writeLine(context.out, `${command.summary}.\n\n  keyhold ${command.usage}\n`)
  if (command.about !== undefined) await writeLine(context.out, `${wrapText(command.about, 92)}\n`)
  await writeLine(
    context.out,
    `${[...describeOptions(command.options), ...separateGroups(command.options), ...describeOptions(globalOptions)].join('\n')}\n`,
  )
}

async function printOverview(context: CommandContext, commands: readonly Command[]): Promise<void> {
  if (context.json)
    return writeJson(context.out, { commands: commands.map(({ name, usage, summary }) => ({ name, usage, summary })) })
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  await writeLine(
    context.out,
    `Keyhold: a data platform whose operator holds no key to the data.\n\n${lines.join('\n')}\n`,
  )
  await writeLine(context.out, 'More on one of them: keyhold help COMMAND')
}

function describeOptions(options: OptionSpecs): string[] {
  const groups = new Map<string, string[]>()
  for (const [name, spec] of Object.entries(options)) {
    const short = spec.short === undefined ? '' : `-${spec.short}, `
    const form = `${short}--${name}${spec.hint === undefined ? '' : ` ${spec.hint}`}`
    const lines = groups.get(spec.group ?? '') ?? []
    groups.set(spec.group ?? '', [...lines, `  ${form.padEnd(30)}  ${spec.about}`])
  }
  return [...groups].flatMap(([group, lines]) => (group === '' ? lines : ['', `${group}:`, ...lines]))
}

/** The options that every command takes follow the groups under a heading of their own. */
function separateGroups(options: OptionSpecs): string[] {
  return Object.values(options).some(({ group }) => group !== undefined) ? ['', 'Always:'] : []
}

function wrapText(text: string, width: number): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.join('\n')
}
