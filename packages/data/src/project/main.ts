/**
 * The program of a project process: started by the data plane's main process, which it talks to over descriptor 3.
 * It ends when that descriptor closes, and everything that it held ends with it.
 */
import { Socket } from 'node:net'
import { createLog } from '../platform/log.ts'
import { giveBackStartMemory } from '../platform/start-memory.ts'
import { Peer } from '../rpc/peer.ts'
import { readFramed, writeFramed } from '../rpc/stream-channel.ts'
import { DataError } from '../errors.ts'
import { Project, type MainPeer } from './project.ts'
import type { MainMethods, ProjectMethods, ProjectNotes } from './protocol.ts'

const log = createLog((line) => process.stderr.write(line))
const channel = new Socket({ fd: 3 })
let project: Project | undefined

const main: MainPeer = new Peer<ProjectMethods, MainMethods>(
  (message) => writeFramed(channel, message),
  {
    'project.start': async (start) => {
      project = new Project(start, main, log)
      await project.ready()
      return { result: { isolation: project.isolation } }
    },
    request: (params, body) => started().requests.answer(params, body),
    'request.cancel': async ({ request }) => {
      started().requests.cancel(request)
      return { result: {} }
    },
    'job.run': async ({ job }) => {
      await started().runJob(job)
      return { result: {} }
    },
    'project.stop': async () => {
      await stop()
      return { result: {} }
    },
  },
  {
    roster: (view) => project?.updateRoster(view as ProjectNotes['roster']),
    session: (params) => project?.useSession((params as ProjectNotes['session']).session),
  },
)

function started(): Project {
  if (!project) throw new DataError('project.not_started', 'The project process has not started yet.', 'Try again.')
  return project
}

async function stop(): Promise<void> {
  const ending = project
  project = undefined
  await ending?.stop()
}

readFramed(channel, (message) => main.receive(message))
giveBackStartMemory()
// The main process handles the terminal's signals and says when to stop.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
channel.once('close', () => {
  main.end()
  void stop().finally(() => process.exit(0))
})
