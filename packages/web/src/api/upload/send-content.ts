import type { ContentAnswer, ContentCall } from '@keyhold/client'

/**
 * One call on an upload's content. By XMLHttpRequest, since fetch does not tell how much of a body was sent. Rejects with a
 * TypeError when there was no answer, like fetch.
 */
export async function sendContent(call: ContentCall): Promise<ContentAnswer> {
  const parts: BlobPart[] = []
  if (call.body !== undefined) for await (const piece of call.body) parts.push(piece as Uint8Array<ArrayBuffer>)
  call.signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<ContentAnswer>()
  const request = new XMLHttpRequest()
  request.open(call.method, call.path)
  request.responseType = 'arraybuffer'
  for (const [name, value] of Object.entries(call.headers)) {
    // The browser sets the length itself, and refuses to be told.
    if (name !== 'content-length') request.setRequestHeader(name, value)
  }
  request.upload.addEventListener('progress', ({ loaded }) => call.onSent(loaded))
  request.addEventListener('load', () => resolve(readAnswer(request)))
  request.addEventListener('error', () => reject(new TypeError('Network failure: there was no answer')))
  request.addEventListener('abort', () => reject(call.signal.reason as Error))
  call.signal.addEventListener('abort', () => request.abort(), { once: true })
  request.send(call.body === undefined ? null : new Blob(parts))
  return promise
}

function readAnswer(request: XMLHttpRequest): ContentAnswer {
  const lines = request.getAllResponseHeaders().trim().split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const body = request.response instanceof ArrayBuffer ? new Uint8Array(request.response) : new Uint8Array()
  return { status: request.status, headers, body }
}
