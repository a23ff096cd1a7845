/** Where a person reads what is kept about them, agrees to it, takes it away or has it erased. */
export function describeNotice(url: string): string {
  return `What is kept about you, to read, take away or have erased: ${url}, Settings, “Your data”`
}
