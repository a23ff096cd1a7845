import type { OptionSpecs } from '../arguments.ts'

export const projectOptions = {
  project: { kind: 'value', hint: 'NAME', about: 'the project, by name or id (default: yours, or KEYHOLD_PROJECT)' },
} as const satisfies OptionSpecs
