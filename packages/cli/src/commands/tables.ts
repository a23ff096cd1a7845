import { writeJson, writeLine, type Command } from '../command.ts'
import { formatBytes, formatCount } from '../output/sizes.ts'
import { renderGrid } from '../output/grid.ts'
import { withProject } from '../session/session.ts'
import { projectOptions } from './project-option.ts'

export const tables: Command = {
  name: 'tables',
  usage: 'tables',
  summary: 'The tables that you may read',
  options: projectOptions,
  async run(context, args) {
    await withProject(context, args.value('project'), async ({ api, project, credentials }) => {
      const found = (await api.call('listTables', { params: { project } })).tables
      if (context.json) return writeJson(context.out, { tables: found })
      if (found.length === 0) return writeLine(context.out, 'No tables yet. Load one: keyhold upload FILE bucket.table')
      const rows = found.map((table) => [
        `${table.bucket}.${table.name}`,
        formatCount(table.rows),
        formatBytes(table.bytes),
        String(table.columns.length),
        String(table.sequence),
        table.changed ?? table.created,
      ])
      await context.out.write(
        renderGrid(['table', 'rows', 'stored', 'columns', 'version', 'changed'], rows, context.out),
      )
      // Tokens never read the log.
      if (credentials.secret?.kind === 'session' && context.out.isTerminal) {
        await writeLine(
          context.out,
          "The log is a table too, for who may read it: keyhold query 'FROM system.audit LIMIT 10'",
        )
      }
    })
  },
}
