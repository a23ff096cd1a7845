import { useHotkeys } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useProjectId } from '../../api/projects.ts'
import { useSession } from '../../api/use-data.ts'
import { placesOf } from '../navigation.ts'

const chordMs = 1_200

/** Ctrl-K, `?`, and `g` followed by a place's letter. Keys typed into fields are left alone. */
export function useShellKeys(actions: { openPalette: () => void; openShortcuts: () => void }): void {
  const navigate = useNavigate()
  const project = useProjectId()
  const { role } = useSession().self
  const started = useRef(0)
  // In fields too: it is no character.
  useHotkeys([['mod+K', actions.openPalette]], [])

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '?') return actions.openShortcuts()
      if (event.key === 'g') {
        started.current = event.timeStamp
        return
      }
      const place = placesOf(role).find(({ key }) => key === event.key)
      const inChord = started.current > 0 && event.timeStamp - started.current < chordMs
      started.current = 0
      if (place === undefined || !inChord) return
      event.preventDefault()
      void navigate({ to: place.to, params: { project } })
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  })
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}
