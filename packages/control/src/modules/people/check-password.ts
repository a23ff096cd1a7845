/** Refuses passwords that are short or that guessers try first (KEB-15). */
import { isCommonPassword } from './common-passwords.ts'
import { failPeople } from './errors.ts'

const shortestAlone = 15
const shortestBesideOther = 8
const fewestDifferent = 5
/** Rows of keys, letters and digits, forwards; backwards is looked for too. */
const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn',
]
const commonWords = /password|passwort|qwerty|letmein|welcome|iloveyou|administrator|keyhold|changeme|secret|12345|abc/g

/** Whether it is too short to be the only factor. */
export function isShortPassword(password: string): boolean {
  return Array.from(normalise(password)).length < shortestAlone
}

const normalise = (password: string) => password.normalize('NFKC').toLowerCase()

/**
 * Fifteen characters when the password is the only factor, eight beside a second one (NIST SP 800-63B-4 section 3.1.1.2).
 *
 * @throws `password.too_short`, `password.too_simple`
 */
export async function checkPassword(password: string, email: string, secondFactor: boolean): Promise<void> {
  const text = normalise(password)
  if (Array.from(text).length < (secondFactor ? shortestBesideOther : shortestAlone)) {
    throw failPeople('password.too_short')
  }
  const [local = '', domain = ''] = email.normalize('NFKC').toLowerCase().split('@')
  const own = [local, domain, domain.split('.')[0] ?? ''].filter((part) => part.length >= 3)
  const withoutOwn = own.reduce((left, part) => left.replaceAll(part, ''), text)
  const rest = withoutOwn.replace(commonWords, '')
  const guessable = isRepetition(text) || isRow(text) || isRow(rest)
  const simple = guessable || rest.length < (secondFactor ? 5 : 8) || new Set(text).size < fewestDifferent
  if (simple || (await isCommonPassword(text)) || (await isCommonPassword(withoutOwn))) {
    throw failPeople('password.too_simple')
  }
}

/** One pattern, written again and again. */
function isRepetition(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length || /^(.{1,8}?)\1+.{0,7}$/.test(text)
}

function isRow(text: string): boolean {
  const backwards = Array.from(text).toReversed().join('')
  return rows.some((row) => row.includes(text) || row.includes(backwards))
}
