/** Parameters of FLOE that may differ: all of Keyhold's files use `keyholdParameters`. */
export interface FloeParameters {
  /** Length of a whole encrypted segment, in bytes. */
  readonly segmentLength: number
  /** A data key serves 2^rotationMask segments. */
  readonly rotationMask: number
}

export const keyholdParameters: FloeParameters = { segmentLength: 262_144, rotationMask: 20 }

/** What a segment carries besides its plaintext: length field 4, IV 12, tag 16. */
export const segmentOverhead = 32

/** FLOE header: parameters 10, IV 32, tag 32. */
export const floeHeaderLength = 74

/** AEAD_MAX_SEGMENTS of AES-256-GCM. */
export const maxSegments = 2 ** 40

/** The length field of every segment but the last. */
export const internalMarker = 0xff_ff_ff_ff
