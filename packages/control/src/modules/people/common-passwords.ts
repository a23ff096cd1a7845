/**
 * The offline list of common passwords (@zxcvbn-ts/language-common, 49,233 of them). Loaded when the first password is
 * chosen and kept: some 10 MB that an installation at rest does not hold.
 */
type List = ReadonlySet<string>

const shortestWord = 4

let loading: Promise<List> | undefined

async function loadList(): Promise<List> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set(dictionary['passwords-common'])
}

/**
 * Whether a password, in lower case, is on the list: as it is, in simple dress (digits and signs around it, letters
 * written as digits, backwards), or as two of the list one after the other.
 */
export async function isCommonPassword(text: string): Promise<boolean> {
  loading ??= loadList()
  const list = await loading
  return undress(text).some((form) => list.has(form) || isPair(form, list))
}

const plainLetters: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

function undress(text: string): string[] {
  const joined = text.replace(/[\s._-]/gu, '')
  const bare = joined.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  const plain = (form: string) => Array.from(form, (letter) => plainLetters[letter] ?? letter).join('')
  const forms = [text, joined, bare, plain(joined), plain(bare)]
  const backwards = forms.map((form) => Array.from(form).toReversed().join(''))
  return [...new Set([...forms, ...backwards])].filter((form) => form.length >= shortestWord)
}

function isPair(form: string, list: List): boolean {
  for (let at = shortestWord; at <= form.length - shortestWord; at++) {
    if (list.has(form.slice(0, at)) && list.has(form.slice(at))) return true
  }
  return false
}
