/** The peer of the data benchmarks: plain DuckDB in a process of its own, warm, with the same number of threads. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

type Answer = { milliseconds: number } | { error: string }

export type PlainDuckDb = {
  /** Runs statements, the last of which is timed; resolves to its milliseconds. */
  time: (statements: string[]) => Promise<number>
  stop: () => Promise<void>
}

export async function startPlainDuckDb(threads = 2): Promise<PlainDuckDb> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), [String(threads)])
  await once(child, 'message')
  return {
    time: async (statements) => {
      child.send(statements)
      const [answer] = (await once(child, 'message')) as [Answer]
      if ('error' in answer) throw new Error(`The peer failed: ${answer.error}`)
      return answer.milliseconds
    },
    stop: async () => {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}

async function servePeer(threads: string): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', { threads })
  const connection = await instance.connect()
  process.on('message', (statements: string[]) => {
    void runTimed(statements).then((answer) => process.send?.(answer))
  })
  process.send?.('ready')

  async function runTimed(statements: string[]): Promise<Answer> {
    try {
      for (const statement of statements.slice(0, -1)) await connection.run(statement)
      const started = performance.now()
      await connection.run(statements.at(-1) ?? '')
      return { milliseconds: performance.now() - started }
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) }
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await servePeer(process.argv[2] ?? '2')
