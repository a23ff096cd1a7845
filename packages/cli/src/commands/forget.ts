import { writeJson, writeLine, type Command } from '../command.ts'
import { openDataPlane } from '../session/conversation.ts'
import { withProject } from '../session/session.ts'
import { projectOptions } from './project-option.ts'

export const forget: Command = {
  name: 'forget',
  usage: 'forget',
  summary: 'End your query process at the data plane now, with all that it had decrypted',
  about: 'It ends by itself when it was not used for a minute. The next query decrypts anew.',
  options: projectOptions,
  async run(context, args) {
    await withProject(context, args.value('project'), async (session) => {
      const dataPlane = openDataPlane(session, context.home, () => context.clock.now())
      await (await dataPlane.ask('engine.end', {})).close()
    })
    if (context.json) return writeJson(context.out, { forgotten: true })
    await writeLine(context.out, 'Done: nothing is decrypted for you any more.')
  },
}
