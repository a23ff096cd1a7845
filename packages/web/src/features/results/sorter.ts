/** Orders rows without holding the page up: small results at once, large ones in a worker. */
import type { ResultTable } from '@keyhold/client'
import type { SortAnswer, SortRequest } from './sort-messages.ts'
import { sortRows, type Direction } from './sort-order.ts'

/** Rows that are ordered within a few milliseconds. */
const mostAtOnce = 5_000

let worker: Worker | undefined
let counter = 0

/** The order of the rows by a column. Rejects when the worker ends. */
export async function orderRows(result: ResultTable, column: number, direction: Direction): Promise<Uint32Array> {
  const vector = result.vectors[column]
  const described = result.columns[column]
  if (vector === undefined || described === undefined) throw new RangeError(`There is no column ${column}`)
  const input = { vector, type: described.type, stored: described.stored, rows: result.rows }
  return result.rows <= mostAtOnce ? sortRows(input, direction) : orderInWorker(input, direction)
}

function orderInWorker(input: SortRequest['input'], direction: Direction): Promise<Uint32Array> {
  worker ??= new Worker(new URL('./sort.worker.ts', import.meta.url), { type: 'module', name: 'sort' })
  const target = worker
  const id = counter++
  return new Promise((resolve, reject) => {
    const listener = new AbortController()
    const { signal } = listener
    const onMessage = ({ data }: MessageEvent<SortAnswer>): void => {
      if (data.id !== id) return
      listener.abort()
      resolve(data.order)
    }
    const onError = (): void => {
      listener.abort()
      worker = undefined
      reject(new Error('The sorting worker ended'))
    }
    target.addEventListener('message', onMessage, { signal })
    target.addEventListener('error', onError, { signal })
    // The column is copied: the page goes on showing it.
    target.postMessage({ id, input, direction } satisfies SortRequest, [])
  })
}
