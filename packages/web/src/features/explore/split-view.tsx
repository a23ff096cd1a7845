import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import classes from './split-view.module.css'

type Props = {
  /** Each kind of upper part has a height of its own. */
  readonly name: string
  readonly top: ReactNode
  readonly bottom: ReactNode
}

const least = 96
const kept = new Map<string, number>()

/** Two parts with an edge between them that can be pulled, or moved by arrow keys. */
export function SplitView({ name, top, bottom }: Props) {
  const [height, setHeight] = useState(() => kept.get(name) ?? (name === 'question' ? 350 : 230))
  const move = (to: number): void => {
    const clamped = Math.round(Math.max(least, Math.min(window.innerHeight - 260, to)))
    kept.set(name, clamped)
    setHeight(clamped)
  }
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    const edge: HTMLElement = event.currentTarget
    const from = event.clientY
    const pulling = new AbortController()
    const { signal } = pulling
    edge.setPointerCapture(event.pointerId)
    edge.addEventListener('pointermove', ({ clientY }) => move(height + clientY - from), { signal })
    edge.addEventListener('pointerup', () => pulling.abort(), { signal })
    edge.addEventListener('pointercancel', () => pulling.abort(), { signal })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowUp: -24, ArrowDown: 24 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    move(height + step)
  }
  return (
    <div className={classes.split}>
      <div className={classes.top} style={{ '--height': `${height}px` } as object}>
        {top}
      </div>
      {/* A separator that moves is a control. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/prefer-tag-over-role */}
      <div
        role="separator"
        aria-label="Height of the upper part"
        aria-orientation="horizontal"
        aria-valuenow={height}
        aria-valuemin={least}
        aria-valuemax={2000}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className={classes.edge}
        onPointerDown={onPointerDown}
        onKeyDown={onKeyDown}
      />
      <div className={classes.bottom}>{bottom}</div>
    </div>
  )
}
