/**
 * Operation `recovery.kit` of sealed requests, body `{}`: everything that rebuilds a lost data folder. Only for requests
 * that the roster's owner device signed; each is in the log. `npm run restore -- KIT.json` takes the kit as it is.
 */
import { Type, type Static } from 'typebox'
import { Base64Url, Count, Digest, Id, nullable, strict, Time } from '../schema.ts'

export const RecoveryKit = strict({
  format: Type.Literal(1),
  kind: Type.Literal('keyhold-recovery-kit'),
  organisation: Id,
  dataPlane: Id,
  custody: Type.Union([Type.Literal('demo'), Type.Literal('hosted'), Type.Literal('yours')]),
  /** base64url of the 32 bytes. */
  anchorPublicKey: Base64Url,
  /** For people: 13 groups of 4 letters and digits. */
  anchorFingerprint: Type.String(),
  /** Seeds of the anchor and of the data plane's identity, wrapped by the key file's key. */
  signingKeys: strict({ anchor: Base64Url, identity: Base64Url }),
  /** The passphrase-protected key file, as it is. */
  keyFile: Type.Unknown(),
  /** Null where the data plane does not keep it (custody other than demo): keep your own beside the kit. */
  passphrase: nullable(Type.String()),
  /** Verifier key of the organisation's log. */
  ledgerKey: Type.String(),
  /** The control plane, and the pin of its TLS key. */
  server: strict({ url: Type.String(), pin: Digest }),
  /** Projects with keys at the time of the kit. */
  projects: Type.Array(Id),
  /** The roster may not be older than this when it is read back. */
  roster: strict({ number: Count, digest: nullable(Digest) }),
  /** The data plane's own chain in the log, and the log's checkpoint: neither may be older when they are read back. */
  log: strict({ sequence: Count, checkpoint: nullable(Type.String()) }),
  created: Time,
})
export type RecoveryKit = Static<typeof RecoveryKit>
