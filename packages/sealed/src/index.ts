/**
 * Sealed formats: what needs no key that opens data. Heads and headers, geometry, signatures, canonical JSON, digests,
 * padding. Sealing is `@keyhold/sealed/seal`, opening is `@keyhold/sealed/open`, which a plane without keys must not
 * import. The same code runs in Node and in browsers; nothing here reads or writes anything. See docs/formats.md.
 */
export { decodeBase64url, encodeBase64url } from './bytes.ts'
export {
  encodeCanonical,
  parseCanonical,
  parseCanonicalObject,
  type CanonicalObject,
  type CanonicalValue,
} from './canonical.ts'
export { ContentDigest } from './content-digest.ts'
export { assertExpected, type ContextExpectation, type ContextHeader, type Purpose } from './context-header.ts'
export {
  readEnvelope,
  type Conversation,
  type ConversationInfo,
  type Envelope,
  type MessageHeader,
  type RequestReference,
} from './conversation.ts'
export type { Awaitable } from './crypto/primitives.ts'
export { digestBytes } from './digest.ts'
export { SealedError, type SealedCode } from './errors.ts'
export { plaintextLength, plaintextOffset, sealedLength, segmentCount, segmentRange } from './floe/geometry.ts'
export { padmeLength } from './padme.ts'
export { measureHead, parseSealedHead, type SealedHead } from './sealed-head.ts'
export {
  digestStatement,
  drawSigningSeed,
  fingerprint,
  generateDevicePair,
  importDevicePair,
  importSigningSeed,
  importVerifyKey,
  readUnverified,
  signStatement,
  verifyStatement,
  type SignedStatement,
  type SigningKey,
  type VerifyKey,
} from './signature.ts'
export type { SuiteName } from './suites.ts'
export type { WrapContext } from './wrap-context.ts'
