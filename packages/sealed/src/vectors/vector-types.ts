/** Shapes of vectors/*.json. Bytes are hex in `floe`, base64url elsewhere. See docs/formats.md, "Vectors". */
import type { ContextExpectation, ContextHeader } from '../context-header.ts'
import type { SuiteName } from '../suites.ts'
import type { WrapContext } from '../wrap-context.ts'

export interface FloeVector {
  name: string
  segmentLength: number
  rotationMask: number
  key: string
  aad: string
  plaintext: string
  ciphertext: string
}

export interface FileVector {
  name: string
  header: ContextHeader
  tableKey: { id: string; version: number; key: string }
  fileKey: string
  /** The plaintext is that many bytes, byte i being i mod 251. */
  plaintextLength: number
  head: string
  /** The IV of each segment: with head and plaintext they give the whole file. */
  segmentIvs: string[]
  /** SHA-256 of the whole file. */
  sha256: string
  /** The whole file, where it is short. */
  sealed?: string
  contentDigest: string
}

export interface RefusedVector {
  name: string
  sealed: string
  code: string
}

/** Everything that is made again, byte by byte, by `makeVectors`. */
export interface FixedVectors {
  comment: string
  canonical: { accepted: string[]; refused: { hex: string; code: string }[] }
  padme: [length: number, padded: number][]
  floe: FloeVector[]
  wraps: { key: string; context: WrapContext; secret: string; wrapped: string }[]
  /** Checked in Node only. */
  keyFiles: { passphrase: string; secret: string; file: string }[]
  files: FileVector[]
  refused: { tableKey: string; expected: ContextExpectation; files: RefusedVector[] }
  statements: {
    seed: string
    publicKey: string
    keyId: string
    fingerprint: string
    type: string
    body: object
    statement: string
    signature: string
  }[]
}

/** What was made once, since encapsulation cannot be repeated: it can only be opened. */
export interface HpkeVectors {
  comment: string
  files: { suite: SuiteName; sealingKey: string; header: ContextHeader; plaintext: string; sealed: string }[]
  conversations: {
    suite: SuiteName
    sealingKey: string
    organisation: string
    project: string
    contextId: string
    requestSecret: string
    responseSecret: string
    number: number
    requestKey: string
    responseKey: string
    requestPlaintext: string
    request: string
    requestDigest: string
    responsePlaintext: string
    response: string
  }[]
}
