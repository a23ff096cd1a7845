/** Where people signed in from before, as keyed hashes: a new network or kind of program is told to them (CLU-12). */
import type { Transaction } from '../../platform/database/transaction.ts'
import { addressBlock } from './attempts.ts'
import type { SessionPlace } from './sessions.ts'
import type { PeopleSetting } from './setting.ts'

const yearMilliseconds = 365 * 24 * 3600_000
const mostPlaces = 100

/** What a mail says of a place: a block of addresses and a kind of program. */
export function describePlace({ address, program }: Pick<SessionPlace, 'address' | 'program'>) {
  return { block: addressBlock(address), program }
}

/**
 * Notes a sign-in and tells whether network or program are new. The first sign-in of all is not: there is nothing to
 * compare it with.
 */
export async function notePlace(
  { platformKey, now }: PeopleSetting,
  tx: Transaction,
  place: SessionPlace,
): Promise<boolean> {
  const { organisation, person } = place
  const { block, program } = describePlace(place)
  // Always in this order, so that two sign-ins at a time do not wait for each other in a circle.
  const keys = [`block ${block}`, `program ${program}`].map((text) => platformKey.lookup(`place ${person} ${text}`))
  const time = now().getTime()
  // Sent together; the connection keeps their order.
  const [, before] = await Promise.all([
    tx.sql('DELETE FROM sign_in_places WHERE person = $1 AND last_seen < $2', [
      person,
      new Date(time - yearMilliseconds).toISOString(),
    ]),
    tx.sql<{ place: Buffer }>('SELECT place FROM sign_in_places WHERE person = $1', [person]),
    ...keys.map((key) =>
      tx.sql(
        `INSERT INTO sign_in_places (organisation, person, place, last_seen) VALUES ($1, $2, $3, $4)
         ON CONFLICT (organisation, person, place) DO UPDATE SET last_seen = excluded.last_seen`,
        [organisation, person, key, new Date(time).toISOString()],
      ),
    ),
    tx.sql(
      `DELETE FROM sign_in_places WHERE person = $1 AND place IN (
         SELECT place FROM sign_in_places WHERE person = $1 ORDER BY last_seen DESC, place OFFSET $2)`,
      [person, mostPlaces],
    ),
  ])
  const known = keys.every((key) => before.some((row) => row.place.equals(key)))
  return before.length > 0 && !known
}
