import { ApiError, type Problem } from '@keyhold/contract'
import { collect, isConnectionFailure, type StreamAnswer } from './connection.ts'
import type { Session } from './session.ts'

/** The whole log as it streams in, or what another address of the log streams. Throws ApiError when it is refused. */
export function openLogExport(session: Session, path = '/v1/audit/export'): Promise<AsyncIterable<Uint8Array>> {
  return session.proving(() => openStream(session, path))
}

async function openStream(session: Session, path: string): Promise<AsyncIterable<Uint8Array>> {
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await session.connection.stream({
        method: 'GET',
        path,
        headers: session.authorise(),
      })
      if (answer.status === 200) return answer.body
      throw await readRefusal(answer)
    } catch (error) {
      if (!isConnectionFailure(error)) throw error
      await session.connection.waitAfter(error, attempt)
    }
  }
}

async function readRefusal(answer: StreamAnswer): Promise<ApiError> {
  const fallback = {
    type: 'about:blank',
    title: `HTTP ${answer.status}`,
    status: answer.status,
    code: 'http.unexpected',
  }
  const text = new TextDecoder().decode(await collect(answer.body))
  try {
    return new ApiError({ ...fallback, ...(JSON.parse(text) as Partial<Problem>) })
  } catch {
    return new ApiError(fallback)
  }
}
