/** A hint while typing; the server decides (KEB-15). */
export type Strength = { readonly level: 0 | 1 | 2 | 3; readonly hint: string }

/** Fewest characters of a password that is the only factor. */
const shortestPassword = 15
const fewestDifferent = 5

/** Rates what is typed so far; `own` are words that a guesser tries first: address and organisation. */
export function ratePassword(password: string, own: readonly string[]): Strength {
  const length = Array.from(password).length
  if (length === 0) return { level: 0, hint: `At least ${shortestPassword} characters.` }
  if (length < shortestPassword) return { level: 1, hint: `${shortestPassword - length} more to go.` }
  const text = password.toLowerCase()
  const known = own
    .flatMap((word) => word.toLowerCase().split(/[@.\s]+/))
    .find((word) => word.length >= 4 && text.includes(word) && length - word.length < shortestPassword)
  if (known !== undefined) return { level: 1, hint: 'Leave out your own name and address.' }
  if (new Set(text).size < fewestDifferent || isRepetition(text)) {
    return { level: 1, hint: 'It repeats itself: add more.' }
  }
  return length >= 22 ? { level: 3, hint: 'Strong.' } : { level: 2, hint: 'Good. Longer is better.' }
}

function isRepetition(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length || /^(.{1,8}?)\1+.{0,7}$/.test(text)
}
