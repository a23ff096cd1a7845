/** Orders a column beside the page's own thread. */
import type { SortAnswer, SortRequest } from './sort-messages.ts'
import { sortRows } from './sort-order.ts'

addEventListener('message', ({ data }: MessageEvent<SortRequest>) => {
  const order = sortRows(data.input, data.direction)
  postMessage({ id: data.id, order } satisfies SortAnswer, { transfer: [order.buffer] })
})
