import { Kbd } from '@mantine/core'
import { Fragment } from 'react'
import classes from './shortcut.module.css'

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** Keys of a shortcut: `['mod', 'K']`, or `['g', 't']` one after the other. */
export function Shortcut({ keys }: { readonly keys: readonly string[] }) {
  return (
    <span className={classes.keys}>
      {keys.map((key, index) => (
        <Fragment key={key}>
          {index > 0 && ' '}
          <Kbd size="xs">{key === 'mod' ? (isMac ? '⌘' : 'Ctrl') : key}</Kbd>
        </Fragment>
      ))}
    </span>
  )
}
