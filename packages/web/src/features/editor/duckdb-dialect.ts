import { SQLDialect } from '@codemirror/lang-sql'
import { functions, keywords, types } from './duckdb-words.ts'

/** The engine's SQL as the editor's parser reads it. */
export const duckdbDialect = SQLDialect.define({
  keywords: keywords.join(' '),
  types: types.join(' '),
  builtin: functions.join(' '),
  doubleDollarQuotedStrings: true,
  hashComments: false,
  slashComments: false,
  spaceAfterDashes: false,
  operatorChars: '*+-%<>!=&|~^/@',
  specialVar: '$',
  identifierQuotes: '"',
  charSetCasts: false,
})
