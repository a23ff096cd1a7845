import { isReserved } from './quote-name.ts'

/** Gives each parameter a name that tells its column and that no other one has. */
export function createNames(): (column: string) => string {
  const taken = new Set<string>()
  return (column) => {
    const plain = column
      .toLowerCase()
      .replace(/[^a-z0-9_]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 56)
    const base = plain === '' || /^\d/.test(plain) || isReserved(plain) ? `p_${plain}` : plain
    let name = base
    for (let count = 2; taken.has(name); count++) name = `${base}_${count}`
    taken.add(name)
    return name
  }
}
