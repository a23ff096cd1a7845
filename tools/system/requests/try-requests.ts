import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { routeList } from '@keyhold/contract'
import * as fc from 'fast-check'
import { prepareTarget } from '../../attack/target.ts'
import { checkAnswer } from './check-answer.ts'
import { generateRequest } from './generate-request.ts'
import { openSender } from './send-request.ts'
import { listCertainReads, listUsualRequests } from './usual-requests.ts'

export type Tried = {
  /** Operations that were called. */
  readonly operations: ReadonlySet<string>
  /** Those of them that did what they are for at least once. */
  readonly succeeded: ReadonlySet<string>
  /** Reads that must be among them: see listCertainReads. */
  readonly certain: readonly string[]
  readonly statuses: ReadonlyMap<number, number>
  /** Lines of the control plane's log that tell of a fault of ours. */
  readonly faults: readonly string[]
}

/**
 * Sends generated requests to a fresh installation, first one of each operation as the contract describes it, and checks
 * every answer. Throws with seed and smallest request.
 */
export async function tryRequests(runs: number, seed: number): Promise<Tried> {
  const target = await prepareTarget()
  const sender = openSender(target)
  const operations = new Set<string>()
  const succeeded = new Set<string>()
  const statuses = new Map<number, number>()
  const property = fc.asyncProperty(generateRequest(routeList, target.known), async (request) => {
    const answer = await sender.send(request)
    operations.add(request.operation)
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
    if (answer.status < 300) succeeded.add(request.operation)
    checkAnswer(answer, request.method)
  })
  try {
    const examples = listUsualRequests(routeList, target.known, seed).map((request): [typeof request] => [request])
    await fc.assert(property, { numRuns: runs, seed, examples })
    const certain = listCertainReads(routeList, target.known)
    return { operations, succeeded, certain, statuses, faults: readFaults(target.world.home) }
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
