/** XML as a row of events. Document types are refused, so that no entity of a file's own is ever expanded. */
import { StringDecoder } from 'node:string_decoder'
import { Failure } from '../process/duck-error.ts'

export type Saxes = typeof import('saxes')
type Attributes = Readonly<Record<string, string>>

/** Names come without their namespace's prefix. */
export type XmlHandlers = {
  readonly open?: (name: string, attributes: Attributes) => void
  readonly close?: (name: string) => void
  readonly text?: (text: string) => void
}

type Writable = { write(text: string): unknown; close(): unknown }

const mostDepth = 64

/** @throws Failure `import.bad_sheet` for what is no XML, or has a document type */
export async function parseXml(saxes: Saxes, source: AsyncIterable<Buffer>, handlers: XmlHandlers): Promise<void> {
  const parser = new saxes.SaxesParser({ position: false, xmlns: false as const })
  let depth = 0
  parser.on('doctype', refuse)
  parser.on('error', refuse)
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1
    if (depth > mostDepth) refuse()
    handlers.open?.(localName(name), attributes)
  })
  parser.on('closetag', ({ name }) => {
    depth -= 1
    handlers.close?.(localName(name))
  })
  if (handlers.text !== undefined) {
    parser.on('text', handlers.text)
    parser.on('cdata', handlers.text)
  }
  await feed(parser, source)
}

async function feed(parser: Writable, source: AsyncIterable<Buffer>): Promise<void> {
  let decoder: StringDecoder | null = null
  for await (const chunk of source) {
    decoder ??= new StringDecoder(isUtf16(chunk) ? 'utf16le' : 'utf8')
    write(parser, decoder.write(chunk))
  }
  if (decoder === null) return
  write(parser, decoder.end())
  try {
    parser.close()
  } catch {
    refuse()
  }
}

const isUtf16 = (chunk: Buffer): boolean => chunk[0] === 0xff && chunk[1] === 0xfe

function write(parser: Writable, text: string): void {
  try {
    parser.write(text)
  } catch (error) {
    throw error instanceof Failure ? error : new Failure({ code: 'import.bad_sheet' })
  }
}

function refuse(): never {
  throw new Failure({ code: 'import.bad_sheet' })
}

function localName(name: string): string {
  const at = name.indexOf(':')
  return at < 0 ? name : name.slice(at + 1)
}
