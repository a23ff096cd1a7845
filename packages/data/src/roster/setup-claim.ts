/** The set-up link's one-time secret: shown on this data plane's console, proven once by the owner's device. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import { encodeCanonical } from '@keyhold/sealed'
import { DataError } from '../errors.ts'
import { readJson, writeDurable } from '../platform/durable-file.ts'

/** `mac` is that of the claim that succeeded, so that the same claim repeated after a lost answer is the same. */
type State = { secret: string | null; tries: number; mac: string | null }

const mostTries = 10
const setupFile = 'setup.json'

/** Marks a folder whose organisation was set up before, so that no new link is made. */
export function writeClaimed(folder: string): void {
  writeDurable(join(folder, setupFile), JSON.stringify({ secret: null, tries: 0, mac: null } satisfies State))
}

export class SetupClaim {
  readonly #path: string
  #state: State

  constructor(folder: string) {
    this.#path = join(folder, setupFile)
    this.#state = (readJson(this.#path) as State | undefined) ?? {
      secret: randomBytes(32).toString('base64url'),
      tries: 0,
      mac: null,
    }
    this.#save(this.#state)
  }

  /** The secret to show, or null when it was used or has died. */
  get secret(): string | null {
    return this.#state.secret
  }

  /**
   * Counts the try durably, then compares in constant time. `repeated` when this claim has succeeded before.
   * @throws `setup.refused`, `setup.dead`
   */
  check(claim: { organisation: string; devicePublicKey: string; anchor: string; mac: string }): 'first' | 'repeated' {
    if (this.#state.mac !== null && equal(this.#state.mac, claim.mac)) return 'repeated'
    if (this.#state.secret === null) throw dead()
    this.#save({ ...this.#state, tries: this.#state.tries + 1 })
    const secret = this.#state.secret
    if (this.#state.tries >= mostTries) this.#save({ ...this.#state, secret: null })
    if (!equal(computeMac(secret, claim), claim.mac)) throw refused()
    return 'first'
  }

  /** Burns the secret. */
  burn(mac: string): void {
    this.#save({ ...this.#state, secret: null, mac })
  }

  #save(state: State): void {
    writeDurable(this.#path, JSON.stringify(state))
    this.#state = state
  }
}

function computeMac(secret: string, claim: { organisation: string; devicePublicKey: string; anchor: string }): string {
  const { organisation, devicePublicKey, anchor } = claim
  return createHmac('sha256', Buffer.from(secret, 'base64url'))
    .update(encodeCanonical({ purpose: 'keyhold setup', organisation, devicePublicKey, anchor }))
    .digest('base64url')
}

function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function refused(): DataError {
  return new DataError(
    'setup.refused',
    'The set-up link’s secret does not fit.',
    'Use the whole link that the data plane printed, up to ten tries.',
  )
}

function dead(): DataError {
  return new DataError(
    'setup.dead',
    'The set-up link was used or has died after ten wrong tries.',
    'If nobody has set this installation up, start the data plane with a new folder.',
  )
}
