import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { routeList } from '@keyhold/contract'
import * as fc from 'fast-check'
import { prepareTarget } from '../../attack/target.ts'
import { checkAnswer } from './check-answer.ts'
import { generateRequest } from './generate-request.ts'
import { openSender } from './send-request.ts'

export type Tried = {
  /** Operations that were called. */
  readonly operations: ReadonlySet<string>
  readonly statuses: ReadonlyMap<number, number>
  /** Lines of the control plane's log that tell of a fault of ours. */
  readonly faults: readonly string[]
}

/** Sends generated requests to a fresh installation and checks every answer. Throws with seed and smallest request. */
export async function tryRequests(runs: number, seed: number): Promise<Tried> {
  const target = await prepareTarget()
  const sender = openSender(target)
  const operations = new Set<string>()
  const statuses = new Map<number, number>()
  const property = fc.asyncProperty(generateRequest(routeList, target.known), async (request) => {
    const answer = await sender.send(request)
    operations.add(request.operation)
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
    checkAnswer(answer, request.method)
  })
  try {
    await fc.assert(property, { numRuns: runs, seed })
    return { operations, statuses, faults: readFaults(target.world.home) }
  } finally {
    sender.close()
    await target.end()
  }
}

function readFaults(home: string): string[] {
  const folder = join(home, 'control', 'logs')
  const files = readdirSync(folder).filter((name) => name.startsWith('control'))
  const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
  return lines.filter((line) => line.includes('request.failed'))
}
