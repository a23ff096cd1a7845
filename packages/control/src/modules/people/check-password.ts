/** Refuses passwords that guessers try first; length is the contract's to check (KEB-15: 15 characters). */
import { failPeople } from './errors.ts'

const fewestDifferent = 5
/** Rows of keys, letters and digits, forwards; backwards is looked for too. */
const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn',
]
const commonWords = /password|passwort|qwerty|letmein|welcome|iloveyou|administrator|keyhold|changeme|secret|12345|abc/g

/** @throws `password.too_simple` */
export function checkPassword(password: string, email: string): void {
  const text = password.normalize('NFKC').toLowerCase()
  const [local = '', domain = ''] = email.toLowerCase().split('@')
  const own = [local, domain, domain.split('.')[0] ?? ''].filter((part) => part.length >= 3)
  const rest = own.reduce((left, part) => left.replaceAll(part, ''), text).replace(commonWords, '')
  const guessable = isRepetition(text) || isRow(text) || rest.length < 8 || isRow(rest)
  if (guessable || new Set(text).size < fewestDifferent) throw failPeople('password.too_simple')
}

/** One pattern, written again and again. */
function isRepetition(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length || /^(.{1,8}?)\1+.{0,7}$/.test(text)
}

function isRow(text: string): boolean {
  const backwards = Array.from(text).toReversed().join('')
  return rows.some((row) => row.includes(text) || row.includes(backwards))
}
