/** Program and system in few words, from a User-Agent header: what a person recognises a session by. */
import { createHash } from 'node:crypto'

const programs: readonly (readonly [RegExp, string])[] = [
  [/^keyhold/, 'Keyhold shell'],
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/Android/i, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows|win32/, 'Windows'],
  [/Mac OS|darwin/, 'macOS'],
  [/Linux/i, 'Linux'],
]

/**
 * Never a part of the header itself: it is a caller's text. Unknown programs have a mark instead, by which two of them differ;
 * it does not change with their versions.
 */
export function describeAgent(agent: string = ''): string {
  const find = (known: typeof programs) => known.find(([form]) => form.test(agent))?.[1]
  const system = find(systems)
  const program = find(programs) ?? (agent === '' ? 'A program' : `A program (${markUnknown(agent)})`)
  return `${program}${system === undefined ? '' : ` on ${system}`}`
}

function markUnknown(agent: string): string {
  const plain = agent
    .slice(0, 500)
    .toLowerCase()
    .replaceAll(/[\d._]+/g, '')
  return createHash('sha256').update(plain).digest('hex').slice(0, 6)
}
