/** One measured figure, as `npm run bench` prints it. */
export type Figure = {
  /** Dotted name, such as `seal.vs_raw`. */
  name: string
  value: number
  unit: string
  /** What it must be, such as `≥ 0.6`. */
  budget: string
  /** What was measured, beside what, in which run. */
  note: string
}
