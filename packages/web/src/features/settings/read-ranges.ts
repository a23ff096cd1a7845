/** Ranges as people type them: one a line, or with commas or blanks between. */
export function readRanges(text: string): string[] {
  return text.split(/[\s,]+/).filter((range) => range !== '')
}
