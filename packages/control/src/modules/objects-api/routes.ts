import type { Handlers } from '../../platform/http/call.ts'
import { peerOf } from '../link/index.ts'
import { failObject } from './errors.ts'
import { readObject } from './read-object.ts'
import { insertObject } from './store.ts'
import type { SweepSetting } from './sweep-objects.ts'

export function createObjectHandlers(setting: SweepSetting): Handlers<'putObject' | 'readObject'> {
  const { store, now } = setting
  return {
    async putObject({ organisation, params: { object: id }, body, request, reply, note, commit }) {
      const stored = await store.put(id, body).catch((cause: unknown) => {
        if (request.raw.complete) throw cause
        reply.header('connection', 'close')
        throw request.raw.destroyed ? failObject('object.interrupted', { cause }) : cause
      })
      note({ object: { kind: 'object', id }, details: { length: stored.length } })
      return commit(async (tx) => {
        await insertObject(tx, { organisation, id, ...stored, created: now().toISOString() })
        return stored
      })
    },
    async readObject({ principal, params: { object: id }, request, reply, note }) {
      note({ object: { kind: 'object', id } })
      const { content, length, range } = await readObject(setting, peerOf(principal), id, request.headers.range)
      reply.header('accept-ranges', 'bytes')
      if (range !== undefined) {
        reply.code(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${length}`)
      }
      reply.header('content-length', range === undefined ? length : range.end - range.start)
      return content
    },
  }
}
