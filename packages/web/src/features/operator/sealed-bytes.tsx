import { HexTexture } from './hex-texture.tsx'
import classes from './sealed-bytes.module.css'
import type { Protection } from '../inventory/find-in-inventory.ts'
import { splitSealed } from './split-sealed.ts'

type Props = {
  readonly bytes: Uint8Array
  /** Of all bytes, of which `bytes` may be the first only. */
  readonly length: number
  readonly protection: Protection
  readonly lines?: number
}

/** Stored bytes: of a sealed file the envelope in clear, which every sealed file has, and the rest as it is. */
export function SealedBytes({ bytes, length, protection, lines = 3 }: Props) {
  const split = protection === 'sealed' ? splitSealed(bytes) : null
  if (split === null) return <HexTexture bytes={bytes} length={length} protection={protection} lines={lines} />
  const { header, rest } = split
  return (
    <div>
      <Envelope header={header} />
      <HexTexture bytes={rest} length={length - (bytes.length - rest.length)} protection={protection} lines={lines} />
    </div>
  )
}

/** A sealed file's context header: who, which, what for. */
export function Envelope({ header }: { readonly header: string }) {
  return (
    <details className={classes.envelope}>
      <summary>Its envelope, in clear</summary>
      <code>{header}</code>
    </details>
  )
}
