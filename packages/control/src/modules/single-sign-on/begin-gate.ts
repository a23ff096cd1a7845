/**
 * Leaving for an identity provider costs nothing, yet is an entry in the log and a row: from the eleventh that did not come
 * back on, in five minutes and one block of addresses, it costs work (KEB-15). Who comes back signed in is not counted, so
 * that an office that signs in at nine does no work; nobody is locked out.
 */
import type { Proof } from '@keyhold/contract'
import type { PeopleDoors } from '../people/index.ts'
import { hashSecret } from '../tokens/index.ts'

/** Bounded: who is forgotten counts until the five minutes are over. */
const mostKept = 10_000

type BeginGate = {
  /**
   * Counts somebody who leaves; the function given remembers the state by which they come back.
   *
   * @throws `sign_in.proof_needed`
   */
  readonly pass: (named: object, address: string, proof: Proof | undefined) => Promise<(state: string) => void>
  /** Somebody came back and is signed in. `query`: of the address that the provider sent them to. */
  readonly finish: (query: string) => void
}

export function createBeginGate(gate: PeopleDoors['gate']): BeginGate {
  const away = new Map<string, () => void>()
  return {
    async pass(named, address, proof) {
      const account = hashSecret(JSON.stringify(named))
      const takeBack = await gate.pass({ call: 'single-sign-on', account, address, proof })
      return (state) => {
        away.set(state, takeBack)
        if (away.size > mostKept) away.delete(away.keys().next().value as string)
      }
    },
    finish(query) {
      const state = new URLSearchParams(query).get('state') ?? ''
      away.get(state)?.()
      away.delete(state)
    },
  }
}
