import Braces from 'lucide-react/icons/braces'
import Calendar from 'lucide-react/icons/calendar'
import Hash from 'lucide-react/icons/hash'
import ToggleLeft from 'lucide-react/icons/toggle-left'
import Type from 'lucide-react/icons/type'
import { kindOfType } from '../results/column-kind.ts'

const icons = { number: Hash, time: Calendar, boolean: ToggleLeft, text: Type, other: Braces }

/** What a column's type is good for, at a glance. */
export function ColumnIcon({ type }: { readonly type: string }) {
  const Icon = icons[kindOfType(type)]
  return <Icon size={13} aria-hidden="true" />
}
