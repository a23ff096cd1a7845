/** Program and system in few words, from a User-Agent header: what a person recognises a session by. */

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

/** Never a part of the header itself: it is a caller's text. */
export function describeAgent(agent: string = ''): string {
  const find = (known: typeof programs) => known.find(([form]) => form.test(agent))?.[1]
  const system = find(systems)
  return `${find(programs) ?? 'A program'}${system === undefined ? '' : ` on ${system}`}`
}
