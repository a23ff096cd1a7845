import { randomUUIDv7 } from 'node:crypto'

const mostInAMillisecond = 0xfff

/**
 * Draws UUIDs of version 7 that sort in the order in which they were drawn, also within a millisecond and when the clock
 * steps back: the 12 bits after the version count (RFC 9562 section 6.2, method 1). Beyond 4,096 in one millisecond their
 * order among each other is left to chance.
 */
export function createOrderedIds(draw: () => string = randomUUIDv7): () => string {
  let time = ''
  let count = 0
  return () => {
    const id = draw()
    const drawn = id.slice(0, 13)
    if (drawn > time) {
      time = drawn
      count = 0
    } else count = Math.min(count + 1, mostInAMillisecond)
    return `${time}-7${count.toString(16).padStart(3, '0')}${id.slice(18)}`
  }
}
