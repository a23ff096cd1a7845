import { ApiError, type Problem } from '@keyhold/contract'

/** Where an organisation's log is exported, and the installation's. */
type LogPath = '/v1/audit/export' | '/v1/operators/ledger/export'

/** The exported log as it comes, in pieces: it can be larger than memory should hold. Throws ApiError. */
export async function* openLogExport(path: LogPath, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const answer = await fetch(path, { credentials: 'same-origin', redirect: 'error', ...(signal && { signal }) })
  if (!answer.ok) throw new ApiError((await answer.json()) as Problem)
  const reader = answer.body?.getReader()
  for (;;) {
    const piece = await reader?.read()
    if (piece?.value === undefined) return
    yield piece.value
  }
}
