/** Opens a sealed answer and turns its Parquet file into columns, beside the page's own thread. */
import { listBuffers, openSealedAnswer, readResultTable, spoolBytes, type ResultTable } from '@keyhold/client'
import type { ResponseMeta } from '@keyhold/contract'
import { packFailure, type DecodeAnswer, type DecodeRequest } from './decode-messages.ts'

const none: ResultTable = { columns: [], rows: 0, vectors: [] }

async function open({ sealed, fileKey, expected }: DecodeRequest): Promise<{ meta: ResponseMeta; table: ResultTable }> {
  const answer = await openSealedAnswer(spoolBytes(sealed), { fileKey }, expected)
  const { meta } = answer
  const hasTable = meta.outcome === 'result' && meta.bodyLength > 0
  return { meta, table: hasTable ? await readResultTable(answer, meta) : none }
}

addEventListener('message', ({ data }: MessageEvent<DecodeRequest>) => {
  const answer = (message: DecodeAnswer, transfer: Transferable[] = []): void => postMessage(message, { transfer })
  open(data).then(
    ({ meta, table }) => answer({ id: data.id, meta, table }, listBuffers(table.vectors)),
    (error: unknown) => answer({ id: data.id, failure: packFailure(error) }),
  )
})
