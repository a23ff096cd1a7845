/** Tells the demo's steps, times them, and keeps what was measured for the summary. */
export type Narrator = {
  /** Runs one step. A step that throws ends the demo; its title says where. */
  step: <T>(title: string, work: () => Promise<T>) => Promise<T>
  say: (line: string) => void
  record: (name: string, value: unknown) => void
  summary: () => Record<string, unknown>
}

export function createNarrator(write: (line: string) => void): Narrator {
  const facts: Record<string, unknown> = {}
  const steps: { step: string; seconds: number }[] = []
  return {
    async step(title, work) {
      write(`\n${steps.length + 1}. ${title}`)
      const started = performance.now()
      const result = await work()
      const seconds = Number(((performance.now() - started) / 1000).toFixed(2))
      steps.push({ step: title, seconds })
      write(`   (${seconds} s)`)
      return result
    },
    say: (line) => write(`   ${line}`),
    record(name, value) {
      facts[name] = value
    },
    summary: () => ({ ...facts, steps }),
  }
}

/** Throws when something that the demo shows does not hold. */
export function hold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`It does not hold that ${what}.`)
}
