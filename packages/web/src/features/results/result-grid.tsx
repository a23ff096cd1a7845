import type { ResultTable } from '@keyhold/client'
import { useState } from 'react'
import { Grid } from './grid.tsx'

type Props = {
  readonly result: ResultTable
  /** What the rows are: the grid's name for screen readers. */
  readonly label: string
}

const numbers = new WeakMap<ResultTable, number>()
let counter = 0

function numberOf(result: ResultTable): number {
  const known = numbers.get(result) ?? ++counter
  numbers.set(result, known)
  return known
}

/**
 * A result of any size as a grid, as large as its place (which must have a height). Only what is seen is in the page.
 * Widths that were pulled stay when another result with the same columns comes.
 */
export function ResultGrid({ result, label }: Props) {
  const [pulled, setPulled] = useState<Readonly<Record<string, number>>>({})
  const onPull = (name: string, width: number): void => setPulled((now) => ({ ...now, [name]: width }))
  return <Grid key={numberOf(result)} result={result} label={label} pulled={pulled} onPull={onPull} />
}
