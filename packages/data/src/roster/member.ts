import type { TokenAction } from '@keyhold/contract'

/** A key that may ask, as the roster says. */
export type Member =
  | { kind: 'owner' | 'device'; keyId: string; publicKey: string; name: string }
  | {
      kind: 'token'
      id: string
      keyId: string
      publicKey: string
      project: string
      scopes: { bucket: string; access: 'read' | 'write' }[]
      /** What it is limited to besides its scopes; absent: nothing. */
      actions?: TokenAction[]
      expires: string
    }
