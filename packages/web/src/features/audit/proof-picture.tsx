import classes from './proof-picture.module.css'
import type { ProvenEntry } from './use-proof.ts'

const width = 340
const middle = width / 2

/** The hashes from the entry up to the signed root; each pair gives the one above. */
export function ProofPicture({ index, proven }: { readonly index: number; readonly proven: ProvenEntry }) {
  const { steps, leaf, root, size } = proven
  const rise = steps.length > 10 ? 30 : 40
  const height = 56 + steps.length * rise
  const yOf = (level: number): number => height - 26 - level * rise
  return (
    <svg
      className={classes.picture}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Entry ${index} hashed with ${steps.length} others up to the root of ${size} entries`}
    >
      {steps.map(({ side, sibling }, level) => {
        const x = middle + (side === 'left' ? -96 : 96)
        return (
          <g key={level}>
            <path className={classes.line} data-path="own" d={`M${middle} ${yOf(level)} V${yOf(level + 1)}`} />
            <path
              className={classes.line}
              d={`M${x} ${yOf(level)} C${x} ${yOf(level) - rise * 0.6}, ${middle} ${yOf(level) - rise * 0.4}, ${middle} ${yOf(level + 1)}`}
            />
            <Node x={x} y={yOf(level)} hash={sibling} kind="sibling" />
          </g>
        )
      })}
      <Node x={middle} y={yOf(0)} hash={leaf} kind="own" />
      {steps.slice(0, -1).map(({ hash }, level) => (
        <Node key={level} x={middle} y={yOf(level + 1)} hash={hash} kind="own" />
      ))}
      {steps.length > 0 && <Node x={middle} y={yOf(steps.length)} hash={root} kind="root" />}
    </svg>
  )
}

type NodeProps = {
  readonly x: number
  readonly y: number
  readonly hash: Uint8Array
  readonly kind: 'own' | 'sibling' | 'root'
}

function Node({ x, y, hash, kind }: NodeProps) {
  return (
    <g className={classes.node} data-kind={kind}>
      <rect x={x - 38} y={y - 10} width={76} height={20} rx={10} />
      <text x={x} y={y + 3.5}>
        {shorten(hash)}
      </text>
    </g>
  )
}

function shorten(hash: Uint8Array): string {
  return Array.from(hash.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
