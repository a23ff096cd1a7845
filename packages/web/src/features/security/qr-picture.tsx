import { useMemo } from 'react'
import { encode } from 'uqr'
import classes from './qr-picture.module.css'

/** A text as a QR code, drawn here; dark on light in both schemes, as cameras expect. */
export function QrPicture({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => {
    const { size: modules, data } = encode(text, { ecc: 'M', border: 2 })
    const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    return { size: modules, path: squares.join('') }
  }, [text])
  return (
    <svg className={classes.picture} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path d={path} />
    </svg>
  )
}
