/**
 * Writes a CSV file of a given size for benchmarks and tests: whole and decimal numbers, dates, timestamps, text of low
 * and high cardinality, quoted text with commas, newlines and escaped quotes. The same seed gives the same bytes.
 *
 * `node bench/generate-csv.ts FILE BYTES [SEED]`
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const header = 'id,account,ordered_at,day,quantity,price,discount,country,status,customer,note,active\n'
const countries = ['AT', 'BR', 'CZ', 'DE', 'FR', 'IN', 'JP', 'KE', 'NO', 'US']
const statuses = ['new', 'paid', 'sent', 'returned', 'cancelled']
const words = ['amber', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'heron', 'iris', 'jade', 'krone', 'łąka']
const blockBytes = 4 << 20

/** xorshift32: small, fast and the same everywhere; nothing here needs real randomness. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed | 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`)

function makeNote(random: (below: number) => number): string {
  const word = () => words[random(words.length)] ?? ''
  switch (random(8)) {
    case 0:
      return ''
    case 1:
      return `"${word()}, ${word()} and ${word()}"`
    case 2:
      return `"she said ""${word()}"" twice"`
    case 3:
      return `"first ${word()}\nsecond ${word()}"`
    default:
      return `${word()} ${word()} ${word()}`
  }
}

function makePool(size: number, make: (index: number) => string): readonly string[] {
  return Array.from({ length: size }, (_, index) => make(index))
}

/** Gives one CSV record after another, without end. */
export function makeRecords(seed: number): () => string {
  const random = makeRandom(seed)
  const days = makePool(
    2000,
    (index) => `20${two(15 + (index % 10))}-${two(1 + (index % 12))}-${two(1 + (index % 28))}`,
  )
  const times = makePool(5000, () => `${two(random(24))}:${two(random(60))}:${two(random(60))}.${100 + random(900)}`)
  const notes = makePool(4096, () => makeNote(random))
  let id = 0
  const pick = (pool: readonly string[]) => pool[random(pool.length)] ?? ''
  return () => {
    id += 1 + random(3)
    const price = `${random(5000)}.${two(random(100))}`
    const discount = random(4) === 0 ? '' : `0.${100 + random(900)}`
    return (
      `${id},${random(1_000_000)},${pick(days)} ${pick(times)},${pick(days)},${random(100)},${price},${discount},` +
      `${pick(countries)},${pick(statuses)},c${random(1 << 30).toString(36)},${pick(notes)},${random(2) === 0}\n`
    )
  }
}

/**
 * Writes whole records until the file has at least `bytes` bytes.
 * @returns the number of records and of bytes written.
 */
export function writeCsv(path: string, bytes: number, seed = 1): { records: number; bytes: number } {
  const nextRecord = makeRecords(seed)
  const block = Buffer.allocUnsafe(blockBytes + 4096)
  const file = openSync(path, 'w')
  let used = block.write(header)
  let written = 0
  let records = 0
  try {
    while (written + used < bytes) {
      used += block.write(nextRecord(), used)
      records += 1
      if (used < blockBytes) continue
      writeSync(file, block, 0, used)
      written += used
      used = 0
    }
    writeSync(file, block, 0, used)
  } finally {
    closeSync(file)
  }
  return { records, bytes: written + used }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [path = 'generated.csv', bytes = '1000000000', seed = '1'] = process.argv.slice(2)
  console.log(JSON.stringify(writeCsv(path, Number(bytes), Number(seed))))
}
