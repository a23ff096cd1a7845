/**
 * The program of an engine process. It holds no key and opens no socket: requests come on standard input, replies go to
 * standard output, and it ends when its input does.
 */
import { toFailure } from './duck-error.ts'
import { encodeFrame, FrameReader } from './frames.ts'
import { InstanceSource } from './instance.ts'
import type { ProcessSettings, Reply, RequestMessage } from './messages.ts'
import { rewriteTable } from './rewrite-table.ts'
import { convertPart, inspectPart, scanPart } from './run-import.ts'
import { runQuery } from './run-query.ts'
import { readRows } from './read-rows.ts'
import { collectTables, StatementParser } from './statement.ts'

type Incoming = RequestMessage & { readonly id: number }

const settings = JSON.parse(process.argv[2] ?? '{}') as ProcessSettings
const instances = new InstanceSource(settings)
const parser = new StatementParser()
const running = new Map<number, AbortController>()

function send(reply: Reply): void {
  process.stdout.write(encodeFrame(reply))
}

type Handlers = {
  readonly [Op in RequestMessage['op']]: (request: RequestMessage & { op: Op }, signal: AbortSignal) => unknown
}

const handlers: Handlers = {
  query: (request, signal) =>
    instances.use(request.limits, (instance) => runQuery({ instance, settings, parser }, request, signal)),
  rows: (request, signal) => instances.use(request.limits, (instance) => readRows(instance, settings, request, signal)),
  inspect: (request) => instances.use(request.limits, (instance) => inspectPart(instance, settings, request)),
  convert: (request, signal) =>
    instances.use(request.limits, (instance) => convertPart(instance, settings, request, signal)),
  scan: (request, signal) => instances.use(request.limits, (instance) => scanPart(instance, settings, request, signal)),
  rewrite: (request, signal) =>
    instances.use(request.limits, (instance) => rewriteTable(instance, settings, request, signal)),
  tableNames: async ({ sql }) => collectTables(await parser.parse(await instances.peek(), sql)),
  cancel({ target }) {
    running.get(target)?.abort()
    return null
  },
}

function perform(request: RequestMessage, signal: AbortSignal): unknown {
  const handle = handlers[request.op] as (request: RequestMessage, signal: AbortSignal) => unknown
  return handle(request, signal)
}

async function answer(request: Incoming): Promise<void> {
  const controller = new AbortController()
  running.set(request.id, controller)
  try {
    send({ id: request.id, value: await perform(request, controller.signal) })
  } catch (error) {
    send({ id: request.id, failure: toFailure(error).failure })
  } finally {
    running.delete(request.id)
  }
}

const reader = new FrameReader()
process.stdin.on('data', (chunk: Buffer) => {
  for (const frame of reader.push(chunk)) void answer(frame as Incoming)
})
process.stdin.on('end', () => {
  // An orderly exit would wait for a running query. The first process of a namespace is deaf to its own signal.
  process.kill(process.pid, 'SIGKILL')
  process.exit(0)
})
await instances.peek()
send({ id: 0, value: null })
