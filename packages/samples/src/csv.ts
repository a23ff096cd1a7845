const encoder = new TextEncoder()
const chunkLength = 64 << 10

/** Header and lines as UTF-8 in chunks of some 64 KiB, so that a table of any length needs little memory. */
export function* encodeCsv(header: readonly string[], lines: Iterable<string>): Generator<Uint8Array<ArrayBuffer>> {
  let text = `${header.join(',')}\n`
  for (const line of lines) {
    text += line
    text += '\n'
    if (text.length < chunkLength) continue
    yield encoder.encode(text)
    text = ''
  }
  if (text !== '') yield encoder.encode(text)
}
