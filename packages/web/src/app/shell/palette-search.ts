export type PaletteCommand = {
  readonly id: string
  readonly name: string
  /** Other words by which it is found. */
  readonly words: string
  readonly keys?: readonly string[]
  readonly run: () => void
}

/** Commands that have every typed word in name or words, those first whose name begins with what was typed. */
export function findCommands(commands: readonly PaletteCommand[], text: string): PaletteCommand[] {
  const typed = text.trim().toLowerCase()
  const words = typed.split(/\s+/).filter((word) => word !== '')
  const rank = (command: PaletteCommand): number => {
    const name = command.name.toLowerCase()
    if (name.startsWith(typed)) return 0
    return name.includes(typed) ? 1 : 2
  }
  return commands
    .filter(({ name, words: more }) => words.every((word) => `${name} ${more}`.toLowerCase().includes(word)))
    .map((command, index) => ({ command, index }))
    .sort((a, b) => rank(a.command) - rank(b.command) || a.index - b.index)
    .map(({ command }) => command)
}
