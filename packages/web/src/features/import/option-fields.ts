/** Settings of an import as fields of a form: what they are called, for which formats, and how text becomes a setting. */
import type { ImportOpening } from '@keyhold/contract'
import { isImportOpening } from '../../api/checks/import-opening.ts'
import type { Format } from './file-name.ts'

export type OptionField = {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly formats: readonly Format[]
  readonly choices?: readonly { readonly value: string; readonly label: string }[]
  readonly read: (settings: ImportOpening) => string
  /** The settings with this one, from text that is not empty; undefined when the text is none of it. */
  readonly write: (text: string) => Partial<ImportOpening> | undefined
}

const found = 'found out'

function textField(
  name: 'encoding' | 'dateFormat' | 'timeZone' | 'nullValue' | 'jsonPath',
  label: string,
  hint: string,
  formats: readonly Format[],
): OptionField {
  return { name, label, hint, formats, read: (settings) => settings[name] ?? '', write: (text) => ({ [name]: text }) }
}

function numberField(
  name: 'skipLines' | 'headerRows',
  label: string,
  hint: string,
  least: number,
  most: number,
): OptionField {
  return {
    name,
    label,
    hint,
    formats: ['csv', 'xlsx'],
    read: (settings) => settings[name]?.toString() ?? '',
    write: (text) => {
      const number = Number(text)
      return /^\d+$/.test(text) && number >= least && number <= most ? { [name]: number } : undefined
    },
  }
}

const delimiters = [
  { value: ',', label: 'comma ,' },
  { value: ';', label: 'semicolon ;' },
  { value: '\t', label: 'tab' },
  { value: '|', label: 'bar |' },
]

export const optionFields: readonly OptionField[] = [
  {
    name: 'delimiter',
    label: 'Between fields',
    hint: found,
    formats: ['csv'],
    choices: delimiters,
    read: (settings) => settings.delimiter ?? '',
    write: (delimiter) => ({ delimiter }),
  },
  {
    name: 'decimal',
    label: 'Before fractions',
    hint: found,
    formats: ['csv'],
    choices: [
      { value: '.', label: 'point 1.5' },
      { value: ',', label: 'comma 1,5' },
    ],
    read: (settings) => settings.decimal ?? '',
    write: (text) => (text === '.' || text === ',' ? { decimal: text } : undefined),
  },
  textField('encoding', 'Encoding', found, ['csv', 'json']),
  textField('dateFormat', 'Dates', 'DD.MM.YYYY, found out', ['csv']),
  textField('timeZone', 'Zone of times without one', 'Europe/Berlin', ['csv', 'xlsx']),
  textField('nullValue', 'Text that means NULL', 'an empty field', ['csv']),
  numberField('skipLines', 'Lines above the header', found, 0, 100_000),
  numberField('headerRows', 'Rows of the header', '1', 1, 20),
  {
    name: 'sheet',
    label: 'Sheet',
    hint: 'the first',
    formats: ['xlsx'],
    read: (settings) => settings.sheet?.toString() ?? '',
    write: (text) => ({ sheet: /^[1-9]\d{0,4}$/.test(text) ? Number(text) : text.slice(0, 31) }),
  },
  textField('jsonPath', 'Where the list is', 'data.items, found out', ['json']),
]

export function listFields(format: Format): readonly OptionField[] {
  return optionFields.filter(({ formats }) => formats.includes(format))
}

/** The settings with one field changed; empty text takes the setting away. Undefined when the text is none of it. */
export function changeSetting(settings: ImportOpening, field: OptionField, text: string): ImportOpening | undefined {
  const { [field.name as 'delimiter']: _, ...rest } = settings
  if (text === '') return rest
  const written = field.write(text)
  const next = { ...rest, ...written }
  return written !== undefined && isImportOpening(next) ? next : undefined
}
