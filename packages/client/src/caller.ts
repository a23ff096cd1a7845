import type { ApiClient } from '@keyhold/contract'
import type { SigningKey } from '@keyhold/sealed'

/** Who calls: typed calls to the control plane, the pinned anchor's key id, and the key that signs what is asked. */
export type Caller = {
  readonly api: ApiClient
  readonly organisation: string
  readonly anchor: string
  readonly signer: SigningKey
}

export type ProjectCaller = Caller & { readonly project: string }
