import { ActionIcon, Button } from '@mantine/core'
import type { Column, Question } from '@keyhold/contract'
import Plus from 'lucide-react/icons/plus'
import X from 'lucide-react/icons/x'
import type { ReactNode } from 'react'
import classes from './question-builder.module.css'

/** What every step of a question works on. */
export type StepProps = {
  readonly question: Question
  readonly columns: readonly Column[]
  readonly change: (part: Partial<Question>) => void
}

/** One line of a question: its word, and what is chosen for it. */
export function Step({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div role="group" aria-label={name} className={classes.step}>
      <span className={classes.word} aria-hidden="true">
        {name}
      </span>
      <div className={classes.choices}>{children}</div>
    </div>
  )
}

type PieceProps = { readonly label: string; readonly onRemove: () => void; readonly children: ReactNode }

/** One thing that was chosen, to be changed or taken away. */
export function Piece({ label, onRemove, children }: PieceProps) {
  return (
    <div role="group" aria-label={label} className={classes.piece}>
      {children}
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Remove ${label}`} onClick={onRemove}>
        <X size={13} aria-hidden="true" />
      </ActionIcon>
    </div>
  )
}

export function AddButton({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      className={classes.add ?? ''}
      leftSection={<Plus size={13} aria-hidden="true" />}
      onClick={onClick}
    >
      {label}
    </Button>
  )
}

/** A list with one of its members replaced, or without it. */
export function replaceAt<T>(list: readonly T[], place: number, member: T | null): T[] {
  return list.flatMap((each, index) => (index === place ? (member === null ? [] : [member]) : [each]))
}
