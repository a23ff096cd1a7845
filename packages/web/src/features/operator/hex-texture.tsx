import { VisuallyHidden } from '@mantine/core'
import { formatBytes } from '../../ui/format.ts'
import { formatHex } from './format-hex.ts'
import classes from './hex-texture.module.css'
import type { Protection } from '../inventory/find-in-inventory.ts'

type Props = {
  readonly bytes: Uint8Array
  /** Of all bytes, of which `bytes` may be the first only. */
  readonly length: number
  readonly protection: Protection
  /** Lines of it to show; the rest fades. */
  readonly lines?: number
}

const said: Readonly<Record<Protection, string>> = {
  sealed: 'Ciphertext that the operator cannot open',
  account: 'Encrypted under the operator’s own key',
  digest: 'Fingerprint',
  clear: 'Bytes in clear',
}

/** Bytes as a calm texture; nobody is meant to read them, least of all a screen reader. */
export function HexTexture({ bytes, length, protection, lines = 3 }: Props) {
  const more = length - bytes.length
  return (
    <div className={classes.texture} data-protection={protection}>
      <VisuallyHidden>
        {said[protection]}, {formatBytes(length)}
      </VisuallyHidden>
      <div className={classes.hex} data-lines={lines} data-cut={more > 0} aria-hidden="true">
        {formatHex(bytes)}
      </div>
      <div className={classes.length} aria-hidden="true">
        {more > 0 ? `… ${formatBytes(more)} more` : formatBytes(length)}
      </div>
    </div>
  )
}
