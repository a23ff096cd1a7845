import type { CallOutput } from '@keyhold/contract'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { formatHexdump } from '../output/hexdump.ts'
import { escapeControls } from '../output/safe-text.ts'
import { formatCount } from '../output/sizes.ts'
import { withProject } from '../session/session.ts'
import { parseTableName, takeWords } from './positionals.ts'
import { projectOptions } from './project-option.ts'

type OperatorView = CallOutput<'readOperatorView'>

const hidden =
  'Hidden from the operator: every value, row and result, the file’s name and format, SQL and parameters. ' +
  'Visible: the names, sizes, counts and times above, and who did what when.'

export const operatorView: Command = {
  name: 'operator-view',
  usage: 'operator-view bucket.table',
  summary: 'What the control plane holds of a table: its rows, its objects, nothing more',
  options: {
    bytes: { kind: 'value', hint: 'N', about: 'bytes of each object to show (default 64)' },
    ...projectOptions,
  },
  async run(context, args) {
    const [name = ''] = takeWords(args, 1, 1, this.usage)
    const { bucket, table } = parseTableName(name)
    await withProject(context, args.value('project'), async ({ api, project }) => {
      const { tables } = await api.call('listTables', { params: { project } })
      const found = tables.find((candidate) => candidate.bucket === bucket && candidate.name === table)
      if (found === undefined)
        throw new CliError(
          'table.unknown',
          `there is no table ${name}, or it is not yours to see`,
          'list them: keyhold tables',
        )
      const view = await api.call('readOperatorView', { params: { project, table: found.id } })
      if (context.json) return writeJson(context.out, { table: name, tableId: found.id, ...view, hidden })
      await printView(context, view, Number(args.value('bytes') ?? 64))
    })
  },
}

async function printView(context: CommandContext, view: OperatorView, bytes: number): Promise<void> {
  for (const [table, rows] of Object.entries(view.rows)) {
    await writeLine(context.out, `${table}: ${formatCount(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`)
    for (const row of rows) await printRow(context, row)
  }
  for (const object of view.objects) {
    await writeLine(context.out, `object ${object.id}: ${formatCount(object.length)} bytes, SHA-256 ${object.digest}`)
    await writeLine(context.out, `  header ${escapeControls(object.header)}`)
    await writeLine(context.out, formatHexdump(Buffer.from(object.firstBytes, 'base64url'), bytes))
  }
  await writeLine(context.out, hidden)
}

async function printRow(context: CommandContext, row: Record<string, unknown>): Promise<void> {
  for (const [column, value] of Object.entries(row)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    await writeLine(
      context.out,
      `  ${column} ${escapeControls(text.length > 200 ? `${text.slice(0, 200)}… (${text.length} characters)` : text)}`,
    )
  }
  await writeLine(context.out, '')
}
