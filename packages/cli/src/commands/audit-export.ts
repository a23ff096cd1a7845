import { writeJson, writeLine, type Command } from '../command.ts'
import { writeFileWhole } from '../output/file-output.ts'
import { formatBytes } from '../output/sizes.ts'
import { openLogExport } from '../session/log-export.ts'
import { withSession } from '../session/session.ts'
import { takeWords } from './positionals.ts'

export const auditExport: Command = {
  name: 'audit export',
  usage: 'audit export FILE',
  summary: 'Save the whole log to a file that anyone can verify offline',
  options: {},
  async run(context, args) {
    const [path = ''] = takeWords(args, 1, 1, this.usage)
    await withSession(context, async (session) => {
      const bytes = await writeFileWhole(path, async ({ write }) => {
        let length = 0
        for await (const chunk of await openLogExport(session)) {
          await write(chunk)
          length += chunk.length
        }
        return length
      })
      if (context.json) return writeJson(context.out, { file: path, bytes })
      await writeLine(context.out, `${path}: ${formatBytes(bytes)}. Verify it: keyhold audit verify ${path}`)
    })
  },
}
